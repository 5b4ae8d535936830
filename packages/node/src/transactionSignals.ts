import type { PoolPort } from "@causeway/chain/chainReader";
import type { Timers } from "./ports/timers.js";

export interface TransactionSignalsPorts {
  readonly pool: Pick<PoolPort, "stats" | "onTransaction">;
  readonly timers: Timers;
  readonly submit: (event: { kind: "transaction-pooled" } | { kind: "transaction-waiting" }) => void;
}

/** How long a transaction waits before everybody's round-0 timer may start (C14). */
const WAITING_MS = 1_000;

/**
 * Tells the core, once per head, that a transaction executable on it is pooled, and a second later that one still is
 * (C14). A block period is at least a second, so counting from the head delays nothing.
 */
export class TransactionSignals {
  readonly #ports: TransactionSignalsPorts;
  readonly #unsubscribe: () => void;
  #signalled = false;
  #cancelTimer: (() => void) | null = null;

  constructor(ports: TransactionSignalsPorts) {
    this.#ports = ports;
    this.#unsubscribe = ports.pool.onTransaction(() => this.#look());
  }

  /** The head moved: what held for the last one is said again if it still holds. */
  headMoved(): void {
    this.#reset();
    this.#look();
  }

  stop(): void {
    this.#unsubscribe();
    this.#reset();
  }

  #look(): void {
    if (this.#signalled || !this.#executable()) return;
    this.#signalled = true;
    this.#ports.submit({ kind: "transaction-pooled" });
    this.#cancelTimer = this.#ports.timers.after(WAITING_MS, () => {
      if (this.#executable()) this.#ports.submit({ kind: "transaction-waiting" });
    });
  }

  #executable(): boolean {
    return this.#ports.pool.stats().pending > 0;
  }

  #reset(): void {
    this.#signalled = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
