import { formatReceipt } from "../../format/receipt.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

export const ethGetTransactionReceipt = defineMethod(
  "eth_getTransactionReceipt",
  [hash],
  async ({ reader }, hash) => {
    const receipt = await reader.receipt(hash);
    return receipt === null ? null : formatReceipt(receipt);
  },
);
