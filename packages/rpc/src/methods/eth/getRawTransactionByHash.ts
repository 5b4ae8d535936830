import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { rawTransaction } from "../../rawTransaction.js";

/** 0x when unknown, as from geth. */
export const ethGetRawTransactionByHash = defineMethod(
  "eth_getRawTransactionByHash",
  [hash],
  async (context, hash) => (await rawTransaction(context, hash)) ?? "0x",
);
