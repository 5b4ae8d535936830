import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { isChainError } from "../chainError.js";
import type { Transaction } from "../chainReader.js";
import type { BlockContext, BlockSession } from "../engine/engine.js";

/** Header, list prefixes and per-transaction prefixes stay below this. */
const BLOCK_OVERHEAD_BYTES = 16 * 1_024;
const TRANSACTION_OVERHEAD_BYTES = 8;
/** No transaction needs less gas. */
const TRANSACTION_GAS_MIN = 21_000n;

/** Transactions in the order the proposer earns most; a sender's own stay in nonce order. */
export interface Candidates {
  next(): Transaction | null;
  /**
   * Leave out the sender of the one just returned, since what follows needs it.
   * @param invalid it cannot run at all, so the pool knows its sender wrongly.
   */
  skipSender(invalid: boolean): void;
}

export interface Budget {
  readonly signal: AbortSignal;
  /** On the clock of `now`. */
  readonly deadlineMs: number;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Run candidates until gas, bytes or time are used up (H4).
 * @returns the transactions taken, and one that used up the whole time by itself and belongs out of the pool, or null.
 * @throws ChainError "Aborted" or "EngineFault".
 */
export async function fillBlock(
  session: BlockSession,
  context: BlockContext,
  candidates: Candidates,
  spec: CausewayConfig,
  { signal, deadlineMs, now }: Budget,
): Promise<{ transactions: Transaction[]; tooSlow: Hash | null }> {
  const transactions: Transaction[] = [];
  // H6: on a free-gas chain no block may use more than half.
  const gasMax = spec.freeGas ? context.gasLimit / 2n : context.gasLimit;
  let bytes = BLOCK_OVERHEAD_BYTES;
  while (gasMax - session.gasUsed >= TRANSACTION_GAS_MIN && now() < deadlineMs) {
    const transaction = candidates.next();
    if (transaction === null) break;
    const size = transaction.raw.length + TRANSACTION_OVERHEAD_BYTES;
    if (transaction.gas > gasMax - session.gasUsed || bytes + size > spec.maxBlockBytes) {
      candidates.skipSender(false);
      continue;
    }
    try {
      await session.run(transaction, { signal, deadlineMs });
      transactions.push(transaction);
      bytes += size;
    } catch (error) {
      if (!isChainError(error)) throw error;
      if (error.code === "DeadlineExceeded") {
        return { transactions, tooSlow: transactions.length === 0 ? transaction.hash : null };
      }
      if (error.code !== "H1.transactions") throw error;
      candidates.skipSender(true);
    }
  }
  return { transactions, tooSlow: null };
}
