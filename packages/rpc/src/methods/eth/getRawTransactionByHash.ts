import { rawTransaction } from "../../lookup/rawTransaction.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

/** 0x when unknown, as from geth. */
export const ethGetRawTransactionByHash = defineMethod(
  "eth_getRawTransactionByHash",
  [hash],
  async (context, hash) => (await rawTransaction(context, hash)) ?? "0x",
);
