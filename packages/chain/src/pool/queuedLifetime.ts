import type { PooledTransactions } from "./pooledTransactions.js";
import { QUEUED_LIFETIME_MS } from "./poolLimits.js";

/** Between two looks at what waits behind gaps. */
const INTERVAL_MS = 60_000;

/** Gives up what has waited behind a gap for too long. */
export class QueuedLifetime {
  readonly #pooled: PooledTransactions;
  #lookedAtMs = 0;

  constructor(pooled: PooledTransactions) {
    this.#pooled = pooled;
  }

  /** Called now and then. @param nowMs on the clock of the entries. */
  expire(nowMs: number): void {
    if (nowMs - this.#lookedAtMs < INTERVAL_MS) return;
    this.#lookedAtMs = nowMs;
    for (const queue of [...this.#pooled.gapped]) {
      const entries = [...queue.entries()];
      if (entries.some(({ sinceMs }) => nowMs - sinceMs < QUEUED_LIFETIME_MS)) continue;
      const { nextNonce } = queue;
      for (const entry of entries) if (entry.transaction.nonce >= nextNonce) this.#pooled.remove(entry);
    }
  }
}
