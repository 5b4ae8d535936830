import type { Address } from "@causeway/protocol/hex";

/** What the core is told once, at start. Periods are the chain spec's (X7). */
export interface ConsensusConfig {
  readonly blockPeriodSeconds: number;
  readonly emptyBlockPeriodSeconds: number;
  readonly requestTimeoutMs: number;
  readonly maxRequestTimeoutMs: number;
  /** The key ring (V4): at height h the node signs with the key in S(h); with none it follows. */
  readonly keys: readonly Address[];
  /** Keys of the ring that sign nothing yet, because their safety record is missing or unreadable (W5). */
  readonly keysWithoutRecord: readonly Address[];
  /** Wall clock at start in whole seconds: what W5 compares a certified block's time with. */
  readonly startedAtSeconds: number;
}

/** W5: a key without a record waits for a block certified this much later than its node's start, in seconds. */
export const RECORD_MARGIN_SECONDS = 2;
