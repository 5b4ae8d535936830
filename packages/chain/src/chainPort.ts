import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import type { Address, Hash } from "@causeway/protocol/hex";

/** The chain as consensus' host drives it: plain messages only, so that it can move to its own thread. */
export interface ExecutionPort {
  head(): Head;
  /**
   * Choose transactions from the pool and execute them on the head (H3, H4).
   * @param deadlineMs execution budget in milliseconds.
   */
  build(request: BuildRequest, signal: AbortSignal): Promise<{ block: Block; outcome: ExecutionOutcome }>;
  /**
   * Check every header rule that does not depend on round or clock (H1), then execute on the head; cached by hash, so
   * that a block is executed once however often it is proposed.
   * @throws ChainError whose code is the rule, e.g. "H1.withdrawals".
   */
  execute(block: Block, signal: AbortSignal): Promise<ExecutionOutcome>;
  /**
   * Write an executed block, receipts, state, indexes and certificate in one synced batch; idempotent for the block
   * that already is the head.
   * @throws ChainError "NotExecuted", or "F2" for another block at a finalized height.
   */
  commit(block: Block, certificate: Certificate): Promise<Head>;
  /** Count of blocks executed since start: what a refused block must not move (N3). */
  readonly executedBlocks: number;
}

export interface BuildRequest {
  readonly height: number;
  readonly parentHash: Hash;
  readonly coinbase: Address;
  /** Whole seconds. */
  readonly timestamp: number;
  readonly deadlineMs: number;
}
