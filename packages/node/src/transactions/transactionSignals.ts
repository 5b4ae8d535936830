import type { NodePool } from "@causeway/chain/openChain";
import type { Clock } from "../ports/clock.js";
import type { Timers } from "../ports/timers.js";

export interface TransactionSignalsPorts {
  readonly pool: Pick<NodePool, "blockWantedAt" | "onTransaction">;
  /** The pool's own clock. */
  readonly clock: Clock;
  readonly timers: Timers;
  readonly submit: (event: { kind: "transaction-pooled" } | { kind: "transaction-waiting" }) => void;
}

/**
 * Tells the core, once per head, that a transaction executable on it is pooled, and once that one has been for a second
 * (C14).
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
    if (this.#signalled || this.#ports.pool.blockWantedAt() === null) return;
    this.#signalled = true;
    this.#ports.submit({ kind: "transaction-pooled" });
    this.#awaitSecond();
  }

  /** The transaction may have been replaced or dropped meanwhile: ask again when its time has come. */
  #awaitSecond() {
    const { pool, clock, timers, submit } = this.#ports;
    const wantedAt = pool.blockWantedAt();
    if (wantedAt === null) return;
    const delayMs = wantedAt - clock.monotonicMs();
    if (delayMs <= 0) return submit({ kind: "transaction-waiting" });
    this.#cancelTimer = timers.after(delayMs, () => this.#awaitSecond());
  }

  #reset(): void {
    this.#signalled = false;
    this.#cancelTimer?.();
    this.#cancelTimer = null;
  }
}
