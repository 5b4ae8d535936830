import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "./context.js";
import { formatTransaction } from "./format/transaction.js";

/** A transaction object from the chain, else from the pool; null for what is in neither. */
export async function findTransaction({ reader, pool }: RpcContext, hash: Hash) {
  const found = await reader.transaction(hash);
  if (found !== null) return formatTransaction(found.transaction, found);
  const pooled = await pool.get(hash);
  return pooled === null ? null : formatTransaction(pooled, null);
}
