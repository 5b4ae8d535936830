import { formatTransaction } from "../../format/transaction.js";
import { findSent } from "../../lookup/findSent.js";
import { defineMethod } from "../../method.js";
import { address, uint64 } from "../../params/hex.js";

/** From the chain, else from the pool; null where the nonce was used up by no transaction of the account's own. */
export const ethGetTransactionBySenderAndNonce = defineMethod(
  "eth_getTransactionBySenderAndNonce",
  [address, uint64],
  async (context, sender, nonce) => {
    const sent = await findSent(context, sender, nonce);
    if (sent !== null) {
      const { block, index, transaction } = sent;
      return formatTransaction(transaction, { header: block.header, index });
    }
    const { pending, queued } = await context.pool.content(sender);
    const pooled = [...pending, ...queued].find((tx) => tx.nonce === nonce);
    return pooled === undefined ? null : formatTransaction(pooled, null);
  },
);
