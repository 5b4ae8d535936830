import { findSent } from "../../lookup/findSent.js";
import { defineMethod } from "../../method.js";
import { address } from "../../params/hex.js";
import { otsHeight } from "../../params/otsNumbers.js";

/** Hash of a transaction in the chain; null where the account has sent none with that nonce. */
export const otsGetTransactionBySenderAndNonce = defineMethod(
  "ots_getTransactionBySenderAndNonce",
  [address, otsHeight],
  async (context, sender, nonce) =>
    (await findSent(context, sender, BigInt(nonce)))?.transaction.hash ?? null,
);
