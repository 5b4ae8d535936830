import { blockOfNonce } from "../../blockOfNonce.js";
import { defineMethod } from "../../method.js";
import { address } from "../../params/hex.js";
import { otsHeight } from "../../params/otsNumbers.js";

/** Hash of a transaction in the chain; null where the account has sent none with that nonce. */
export const otsGetTransactionBySenderAndNonce = defineMethod(
  "ots_getTransactionBySenderAndNonce",
  [address, otsHeight],
  async (context, sender, nonce) => {
    const height = await blockOfNonce(context, sender, BigInt(nonce));
    const block = height === null ? null : await context.reader.block(height);
    const sent = block?.transactions.find((tx) => tx.from === sender && tx.nonce === BigInt(nonce));
    return sent?.hash ?? null;
  },
);
