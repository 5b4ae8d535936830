import { rawTransaction } from "../../lookup/rawTransaction.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

/** 0x when unknown, as from geth. */
export const debugGetRawTransaction = defineMethod(
  "debug_getRawTransaction",
  [hash],
  async (context, hash) => (await rawTransaction(context, hash)) ?? "0x",
);
