import type { Hash } from "@causeway/protocol/hex";
import type { Reward } from "../rules/ethereum/blockRewards.js";
import type { FullBlock } from "../types/block.js";
import type { BlockOverrides, CallRequest, CallResult, StateOverrides } from "../types/call.js";
import type { Transaction } from "../types/transaction.js";
import type { Tracer } from "./tracer.js";

/** A call to be watched. */
export interface TracedCall {
  readonly request: CallRequest;
  readonly tracer: Tracer;
  readonly state?: StateOverrides | undefined;
  readonly block?: BlockOverrides | undefined;
}

/** On which state calls run: what block `number` left, or what stood in it before its transaction `before`. */
export interface CallPlace {
  readonly number: number;
  readonly before?: number | undefined;
}

export interface TraceLimits {
  /** Most gas of one call. */
  readonly gasMax: bigint;
  readonly signal?: AbortSignal | undefined;
}

/** Runs again what the chain has executed, and watches it. Nothing of it is kept. */
export interface TraceReader {
  /**
   * A block's transactions in order, each with its tracer, which may then be asked.
   * @param tracerOf the tracer of a transaction, or null to run it unwatched; undefined ends before it.
   * @throws ChainError "GenesisTrace" for block 0, "UnknownBlock" where its parent is not in the chain, "HistoryMissing",
   *   "H1.transactions" for a transaction that may not be in it, "H1.<field>" or "eth.<field>" for a header that nothing can be
   *   executed by, "TraceTooLarge", "Aborted".
   */
  block(
    block: FullBlock,
    tracerOf: (transaction: Transaction, index: number) => Tracer | null | undefined,
    limits: TraceLimits,
  ): Promise<void>;
  /**
   * Calls, each on what those before it left.
   * @throws ChainError as {@link TraceReader.block}, "UnknownTransaction" where `before` is beyond the block's last.
   */
  calls(calls: readonly TracedCall[], place: CallPlace, limits: TraceLimits): Promise<readonly CallResult[]>;
  /** What the block pays its miner and those of its ommers, who come after: nothing since the merge. */
  rewards(block: FullBlock): readonly Reward[];
  /** State root after each transaction of a block. @throws ChainError as {@link TraceReader.block}. */
  roots(block: FullBlock, limits: TraceLimits): Promise<readonly Hash[]>;
}
