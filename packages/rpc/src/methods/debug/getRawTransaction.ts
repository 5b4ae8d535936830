import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { rawTransaction } from "../../rawTransaction.js";

/** 0x when unknown, as from geth. */
export const debugGetRawTransaction = defineMethod(
  "debug_getRawTransaction",
  [hash],
  async (context, hash) => (await rawTransaction(context, hash)) ?? "0x",
);
