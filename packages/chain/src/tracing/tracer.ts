import type { Address, Hash } from "@causeway/protocol/hex";
import type { ExecutionObserver, LiveState } from "./observer.js";

/** What a tracer's answer is made of; members that are undefined are left out. */
export type TraceJson =
  | null
  | boolean
  | number
  | string
  | readonly TraceJson[]
  | { readonly [key: string]: TraceJson | undefined };

/** The transaction, or the call in a transaction's stead, about to run. */
export interface TraceStart {
  /** null for a call. */
  readonly hash: Hash | null;
  /** Position in its block; 0 for a call. */
  readonly index: number;
  readonly blockNumber: number;
  /** null for a call. */
  readonly blockHash: Hash | null;
  readonly coinbase: Address;
  readonly from: Address;
  readonly to: Address | null;
  readonly gas: bigint;
  /** EIP-7702: who signed the transaction's authorizations. */
  readonly authorities: readonly Address[];
  /** Position in the block of the first log there will be. */
  readonly firstLogIndex: number;
  /** Before the sender pays; in steps and at the end, as it is by then. */
  readonly state: LiveState;
}

export interface TraceEnd {
  /** As in the receipt. */
  readonly gasUsed: bigint;
}

/** Watches one execution and answers in the shape its users know. */
export interface Tracer extends ExecutionObserver {
  begin?(start: TraceStart): void | Promise<void>;
  end?(end: TraceEnd): void | Promise<void>;
  /** To be asked once, after the end. */
  result(): TraceJson;
}
