import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";
import { suggestTip } from "../../suggestTip.js";

export const ethGasPrice = defineMethod("eth_gasPrice", [], async (context) =>
  quantity(context.reader.nextBaseFee() + (await suggestTip(context))),
);
