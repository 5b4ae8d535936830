import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

/** From the chain, else from the pool. */
export const ethGetTransactionByHash = defineMethod(
  "eth_getTransactionByHash",
  [hash],
  async ({ reader, pool }, hash) => {
    const found = await reader.transaction(hash);
    if (found !== null) return formatTransaction(found.transaction, found);
    const pooled = await pool.get(hash);
    return pooled === null ? null : formatTransaction(pooled, null);
  },
);
