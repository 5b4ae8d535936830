import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

/** Enough for the next block, and for calls on the newest, which know its base fee only. */
export const ethGasPrice = defineMethod("eth_gasPrice", [], async ({ reader, tips }) => {
  const now = (await reader.header(reader.headNumber()))?.baseFeePerGas ?? 0n;
  const next = reader.nextBaseFee();
  return quantity((now > next ? now : next) + (await tips.suggest()));
});
