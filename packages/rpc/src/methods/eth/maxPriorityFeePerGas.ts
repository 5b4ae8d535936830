import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";
import { suggestTip } from "../../suggestTip.js";

export const ethMaxPriorityFeePerGas = defineMethod("eth_maxPriorityFeePerGas", [], async (context) =>
  quantity(await suggestTip(context)),
);
