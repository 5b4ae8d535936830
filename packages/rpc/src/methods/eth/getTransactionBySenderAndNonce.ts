import { blockOfNonce } from "../../blockOfNonce.js";
import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { address, uint64 } from "../../params/hex.js";

/** From the chain, else from the pool; null where the nonce was used up by no transaction of the account's own. */
export const ethGetTransactionBySenderAndNonce = defineMethod(
  "eth_getTransactionBySenderAndNonce",
  [address, uint64],
  async (context, sender, nonce) => {
    const { reader, pool } = context;
    const height = await blockOfNonce(context, sender, nonce);
    const block = height === null ? null : await reader.block(height);
    if (block === null) {
      const { pending, queued } = await pool.content(sender);
      const pooled = [...pending, ...queued].find((tx) => tx.nonce === nonce);
      return pooled === undefined ? null : formatTransaction(pooled, null);
    }
    const index = block.transactions.findIndex((tx) => tx.from === sender && tx.nonce === nonce);
    const transaction = block.transactions[index];
    return transaction === undefined ? null : formatTransaction(transaction, { header: block.header, index });
  },
);
