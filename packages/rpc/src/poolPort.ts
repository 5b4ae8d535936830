import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { Answer } from "./answer.js";

/** The transaction pool as requests use it. The node fills this port; the pool may be on another thread. */
export interface PoolPort {
  /**
   * Check and pool a raw transaction.
   * @returns its hash.
   * @throws CausewayError "TransactionRejected" whose message is geth's text, e.g. "nonce too low: next nonce 5, tx nonce 4".
   */
  add(raw: Uint8Array): Answer<Hash>;
  /** null for what is not pooled: by then the chain shows every block that it may have gone into. */
  get(hash: Hash): Answer<Transaction | null>;
  /** Next nonce counting the sender's consecutive pooled transactions ("pending" tag). */
  pendingNonce(address: Address): Answer<bigint>;
  stats(): Answer<{ readonly pending: number; readonly queued: number }>;
  /** What the next block could take, each sender's in order: the first `max` of it. */
  pending(max: number): Answer<readonly Transaction[]>;
  /** @param sender whose transactions alone are wanted, by nonce. */
  content(
    sender?: Address,
  ): Answer<{ readonly pending: readonly Transaction[]; readonly queued: readonly Transaction[] }>;
  /** Called for each pooled transaction once, when nothing pooled is missing before it. Returns the unsubscribe function. */
  onTransaction(listener: (transaction: Transaction) => void): () => void;
}
