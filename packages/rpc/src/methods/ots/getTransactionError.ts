import { defineMethod } from "../../method.js";
import { callTreeOf } from "../../otterscan/otsTraces.js";
import { hash } from "../../params/hex.js";

/** What a transaction that failed returned; 0x for one that did not. */
export const otsGetTransactionError = defineMethod(
  "ots_getTransactionError",
  [hash],
  async (context, hash) => {
    const { error, output } = await callTreeOf(context, hash);
    return error === null ? "0x" : output;
  },
);
