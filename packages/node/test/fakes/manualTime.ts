import type { Clock } from "../../src/ports/clock.js";
import type { Timers } from "../../src/ports/timers.js";

interface Pending {
  readonly dueMs: number;
  readonly order: number;
  readonly action: () => void;
}

/** A clock and timers that move only when told to. */
export class ManualTime implements Clock, Timers {
  #nowMs = 1_000_000;
  #order = 0;
  #pending: Pending[] = [];

  wallMs(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, action: () => void): () => void {
    const pending = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, action };
    this.#pending.push(pending);
    return () => {
      this.#pending = this.#pending.filter((other) => other !== pending);
    };
  }

  soon(action: () => void): void {
    this.after(0, action);
  }

  /** Let time pass, running what becomes due, and promises in between. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const [next] = this.#pending
        .filter(({ dueMs }) => dueMs <= endMs)
        .sort((a, b) => a.dueMs - b.dueMs || a.order - b.order);
      if (next === undefined) break;
      this.#pending = this.#pending.filter((other) => other !== next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.action();
    }
    this.#nowMs = endMs;
  }
}
