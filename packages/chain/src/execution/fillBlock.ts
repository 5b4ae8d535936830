import type { CausewayConfig } from "@causeway/protocol/genesis";
import { isChainError } from "../chainError.js";
import type { BlockContext, BlockSession } from "../engine/engine.js";
import { blockGasMax } from "../rules/gasLimits.js";
import { TRANSACTION_GAS } from "../rules/intrinsicGas.js";
import type { Transaction } from "../types/transaction.js";
import { type ExecutionClocks, stopwatch } from "./executionClocks.js";

/** Header, list prefixes and per-transaction prefixes stay below this. */
const BLOCK_OVERHEAD_BYTES = 16 * 1_024;
const TRANSACTION_OVERHEAD_BYTES = 8;
/** No transaction of so little gas can take long: a machine that breaks off one of these is itself too busy. */
export const LIGHT_GAS = 100_000n;

/** Transactions in the order the proposer earns most; a sender's own stay in nonce order. */
export interface Candidates {
  /**
   * @param msLeft of the block's time.
   * @param budgetMs all of it.
   */
  next(msLeft: number, budgetMs: number): Transaction | null;
  /**
   * Leave out the sender of the one just returned, since what follows needs it.
   * @param invalid it cannot run at all, so the pool knows its sender wrongly.
   */
  skipSender(invalid: boolean): void;
}

/** How a transaction that was broken off had run (H4). */
export interface Interruption {
  readonly transaction: Transaction;
  /** The least of the time and of the processor time it had taken, in milliseconds. */
  readonly spentMs: number;
  /** What building a block may take, in milliseconds. */
  readonly budgetMs: number;
}

export interface Budget {
  readonly signal: AbortSignal;
  /** On the clock of `now`. */
  readonly deadlineMs: number;
  /** From beginning to deadline, in milliseconds. */
  readonly budgetMs: number;
  readonly clocks: ExecutionClocks;
}

/**
 * Run candidates until gas, bytes or time are used up (H4).
 * @returns the transactions taken, and how one of more than LIGHT_GAS had run that was broken off because time was up, or null.
 * @throws ChainError "Aborted" or "EngineFault".
 */
export async function fillBlock(
  session: BlockSession,
  context: BlockContext,
  candidates: Candidates,
  spec: CausewayConfig,
  { signal, deadlineMs, budgetMs, clocks }: Budget,
): Promise<{ transactions: Transaction[]; interruption: Interruption | null }> {
  const transactions: Transaction[] = [];
  const gasMax = blockGasMax(context, spec.freeGas);
  let bytes = BLOCK_OVERHEAD_BYTES;
  while (gasMax - session.gasUsed >= TRANSACTION_GAS) {
    const msLeft = deadlineMs - clocks.now();
    const transaction = msLeft > 0 ? candidates.next(msLeft, budgetMs) : null;
    if (transaction === null) break;
    const size = transaction.raw.length + TRANSACTION_OVERHEAD_BYTES;
    if (transaction.gas > gasMax - session.gasUsed || bytes + size > spec.maxBlockBytes) {
      candidates.skipSender(transaction.gas > gasMax);
      continue;
    }
    const spentMs = transaction.gas > LIGHT_GAS ? stopwatch(clocks) : null;
    try {
      await session.run(transaction, { signal, deadlineMs });
      transactions.push(transaction);
      bytes += size;
    } catch (error) {
      if (!isChainError(error)) throw error;
      if (error.code === "DeadlineExceeded") {
        const interruption = spentMs && { transaction, spentMs: spentMs(), budgetMs };
        return { transactions, interruption };
      }
      if (error.code !== "H1.transactions") throw error;
      candidates.skipSender(true);
    }
  }
  return { transactions, interruption: null };
}
