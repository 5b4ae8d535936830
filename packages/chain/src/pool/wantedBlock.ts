import type { Address } from "@causeway/protocol/hex";
import { nextBaseFee } from "../rules/baseFee.js";
import { effectiveTip } from "../rules/transactionRules.js";
import type { Header } from "../types/header.js";
import { WAITING_MS } from "./poolLimits.js";
import type { SenderQueue } from "./senderQueue.js";

/** When the pool calls for a block (C14). Remembered while nothing changes: it is asked for with each transaction. */
export class WantedBlock {
  readonly #queues: ReadonlyMap<Address, SenderQueue>;
  readonly #tipMin: bigint;
  #found: { readonly head: Header; readonly at: number | null } | null = null;

  /** @param tipMin the chain spec's minimum, in wei. */
  constructor(queues: ReadonlyMap<Address, SenderQueue>, tipMin: bigint) {
    this.#queues = queues;
    this.#tipMin = tipMin;
  }

  /**
   * When a transaction executable on the head will have waited long enough, or has; null without one.
   * @param nowMs on the clock of the entries.
   */
  at(head: Header, nowMs: number): number | null {
    if (this.#found?.head !== head) this.#found = { head, at: this.#earliest(head, nowMs) };
    return this.#found.at;
  }

  /** What was found may no longer hold. */
  changed(): void {
    this.#found = null;
  }

  /** Let `step` add a transaction to a queue in nobody's place: only it itself may call for a block earlier. */
  adding(queue: SenderQueue, step: () => void): void {
    const before = this.#found;
    step();
    if (before === null) return;
    const at = earlier(before.at, this.#wantedFor(queue, nextBaseFee(before.head)));
    this.#found = { ...before, at };
  }

  #earliest(head: Header, nowMs: number): number | null {
    const baseFee = nextBaseFee(head);
    let earliest: number | null = null;
    for (const queue of this.#queues.values()) {
      earliest = earlier(earliest, this.#wantedFor(queue, baseFee));
      // One that has waited enough is as good as any.
      if (earliest !== null && earliest <= nowMs) return earliest;
    }
    return earliest;
  }

  #wantedFor(queue: SenderQueue, baseFee: bigint): number | null {
    const next = queue.pending > 0 ? queue.at(queue.account.nonce) : undefined;
    if (next === undefined || effectiveTip(next.transaction, baseFee) < this.#tipMin) return null;
    return next.sinceMs + WAITING_MS;
  }
}

function earlier(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}
