import type { Address, Hex } from "@causeway/protocol/hex";
import type { CallLog } from "../simulate/callLogs.js";
import type { CallRequest, StateOverrides } from "../types/call.js";
import type { Withdrawal } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";
import type { BlockContext, BlockResult, Interrupts } from "./engine.js";

/** Blocks that exist in memory only, each on the one before (eth_simulateV1). */
export interface Simulation {
  /**
   * Put overrides into the state the block before left, then make the block's system calls.
   * @throws ChainError "Simulation.PrecompileMove", "EngineFault".
   */
  beginBlock(context: SimulatedContext, overrides: StateOverrides): Promise<SimulationSession>;
}

export interface SimulatedContext extends BlockContext {
  /** Wei per blob gas; null for what the excess gives. */
  readonly blobBaseFee: bigint | null;
}

export interface SimulationSession {
  readonly gasUsed: bigint;
  nonce(address: Address): Promise<bigint>;
  /**
   * Run a call as the next transaction. After an error there is no going on.
   * @param transaction what stands for it in the block.
   * @throws ChainError "Simulation.<fault>", "Aborted", "DeadlineExceeded", "EngineFault".
   */
  run(
    call: FilledCall,
    transaction: Transaction,
    rules: MessageRules,
    interrupts: Interrupts,
  ): Promise<SimulatedOutcome>;
  finish(withdrawals: readonly Withdrawal[]): Promise<BlockResult>;
}

/** A call that names its sender, nonce and gas. */
export interface FilledCall extends CallRequest {
  readonly from: Address;
  readonly nonce: bigint;
  readonly gas: bigint;
}

/** What of a real transaction's checks holds for a call. */
export interface MessageRules {
  /** Nonces must follow and fees cover the base fee. Else nonces are free, and so is gas that names no price. */
  readonly validation: boolean;
  /** Tell what was touched. */
  readonly reportAccess?: boolean | undefined;
}

export interface SimulatedOutcome {
  readonly status: "success" | "revert" | "halt";
  /** Return or revert data. */
  readonly returnData: Hex;
  /** geth's words; null on success. */
  readonly error: string | null;
  readonly gasUsed: bigint;
  readonly gasBeforeRefund: bigint;
  readonly blobGasUsed: bigint;
  /** Transfers included where they are traced. */
  readonly logs: readonly CallLog[];
}
