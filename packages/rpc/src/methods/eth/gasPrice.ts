import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const ethGasPrice = defineMethod("eth_gasPrice", [], async ({ reader, tips }) =>
  quantity(reader.nextBaseFee() + (await tips.suggest())),
);
