import type { Transaction } from "@causeway/chain/types/transaction";
import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { formatTransaction, type Inclusion } from "../format/transaction.js";

/** A transaction, and where it is in the chain; null while it is in the pool. */
export interface FoundTransaction {
  readonly transaction: Transaction;
  readonly at: Inclusion | null;
}

/** From the chain, else from the pool; null for what is in neither. */
export async function findTransaction(context: RpcContext, hash: Hash): Promise<FoundTransaction | null> {
  const before = await includedTransaction(context, hash);
  if (before !== null) return before;
  const pooled = await context.pool.get(hash);
  if (pooled !== null) return { transaction: pooled, at: null };
  // It may have gone from the pool into a block meanwhile.
  return includedTransaction(context, hash);
}

/** The transaction object of {@link findTransaction}. */
export async function transactionObject(context: RpcContext, hash: Hash) {
  const found = await findTransaction(context, hash);
  return found === null ? null : formatTransaction(found.transaction, found.at);
}

async function includedTransaction({ reader }: RpcContext, hash: Hash): Promise<FoundTransaction | null> {
  const found = await reader.transaction(hash);
  return found === null ? null : { transaction: found.transaction, at: found };
}
