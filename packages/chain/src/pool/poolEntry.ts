import type { Address } from "@causeway/protocol/hex";
import type { Transaction } from "../types/transaction.js";

/** Whoever brought a transaction: a peer's id, or null for this node's own RPC and journal. */
export type Origin = string | null;

/** A pooled transaction. */
export interface PoolEntry {
  readonly transaction: Transaction;
  /** Most that it can take from its sender, in wei. */
  readonly cost: bigint;
  /** When it was pooled, on the monotonic clock. */
  readonly sinceMs: number;
  /** Counts arrivals: the lower came first. */
  readonly sequence: number;
  /** Among equally paid ones the lower goes first. */
  readonly turn: number;
  readonly origin: Origin;
  /** Who signed its authorizations (EIP-7702), each once. */
  readonly authorities: readonly Address[];
}
