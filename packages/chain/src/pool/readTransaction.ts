import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import { toHex } from "../codec/hex.js";
import { BLOB_TRANSACTION, decodeTransaction, transactionType } from "../codec/transaction.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { Transaction } from "../types/transaction.js";
import { type CheckedAgainst, checkTransaction } from "./checkTransaction.js";
import type { PooledTransactions } from "./pooledTransactions.js";
import { TRANSACTION_BYTES_MAX } from "./poolLimits.js";
import { rejection } from "./poolRejection.js";

export interface ReadingParts extends CheckedAgainst {
  readonly pooled: Pick<PooledTransactions, "get">;
}

/**
 * Bytes from outside as a transaction that some account could send on this chain: bounded, decoded, its sender recovered,
 * checked by itself and against head and chain spec.
 * @throws PoolRejection or ChainError "TransactionRejected" in geth's words.
 */
export function readTransaction(raw: Uint8Array, parts: ReadingParts): Transaction {
  // No block of this chain has blobs (H1). Before its size, which those of most of them exceed.
  if (transactionType(raw) === BLOB_TRANSACTION) {
    throw rejection("invalid", "transaction type not supported: tx type 3 not supported by this pool");
  }
  if (raw.length > TRANSACTION_BYTES_MAX) {
    throw rejection(
      "invalid",
      `oversized data: transaction size ${raw.length}, limit ${TRANSACTION_BYTES_MAX}`,
    );
  }
  if (parts.pooled.get(toHex(keccak256(raw))) !== undefined) throw rejection("alreadyKnown", "already known");
  checkShape(raw);
  const transaction = decodeTransaction(raw);
  checkTransaction(transaction, parts);
  return transaction;
}

/** Before a general decoder sees bytes from outside. */
function checkShape(raw: Uint8Array): void {
  try {
    assertTransactionShape(raw);
  } catch (error) {
    throw rejection("invalid", `rlp: ${error instanceof Error ? error.message : String(error)}`);
  }
}
