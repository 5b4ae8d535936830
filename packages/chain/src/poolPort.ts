import type { Address, Hash } from "@causeway/protocol/hex";
import type { Transaction } from "./types/transaction.js";

/** The transaction pool as its users see it. */
export interface PoolPort {
  /**
   * Check and pool a raw transaction.
   * @param origin who brought it: a peer's id, or null for this node's own RPC.
   * @returns its hash.
   * @throws PoolRejection (ChainError "TransactionRejected" with a reason) whose message is geth's text, e.g. "nonce too low: next nonce 5, tx nonce 4".
   */
  add(raw: Uint8Array, origin?: string | null): Promise<Hash>;
  get(hash: Hash): Transaction | null;
  /** Next nonce counting the sender's consecutive pooled transactions ("pending" tag). */
  pendingNonce(address: Address): Promise<bigint>;
  stats(): { readonly pending: number; readonly queued: number };
  /** What the next block could take, each sender's in order: the first `max` of it. */
  pending(max: number): readonly Transaction[];
  /** @param sender whose transactions alone are wanted, by nonce. */
  content(sender?: Address): {
    readonly pending: readonly Transaction[];
    readonly queued: readonly Transaction[];
  };
  /** Called for each pooled transaction once, when nothing pooled is missing before it. Returns the unsubscribe function. */
  onTransaction(listener: (transaction: Transaction) => void): () => void;
}
