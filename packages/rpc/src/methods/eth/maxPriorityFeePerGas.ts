import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

export const ethMaxPriorityFeePerGas = defineMethod("eth_maxPriorityFeePerGas", [], async ({ tips }) =>
  quantity(await tips.suggest()),
);
