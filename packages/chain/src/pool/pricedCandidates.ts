import type { Address } from "@causeway/protocol/hex";
import TinyQueue from "tinyqueue";
import type { Candidates } from "../execution/fillBlock.js";
import { effectiveTip } from "../rules/transactionRules.js";
import type { Transaction } from "../types/transaction.js";
import type { PoolEntry } from "./poolEntry.js";
import type { SenderQueue } from "./senderQueue.js";
import type { SlowTransactions } from "./slowTransactions.js";

interface Offer {
  readonly queue: SenderQueue;
  readonly entry: PoolEntry;
  readonly tip: bigint;
}

export interface CandidatesParts {
  readonly queues: Iterable<SenderQueue>;
  /** Of the block, in wei. */
  readonly baseFee: bigint;
  /** Least that a block may earn per gas, in wei. */
  readonly tipMin: bigint;
  readonly slow: SlowTransactions;
  /** Told of senders whose transaction could not run. */
  readonly onInvalid: (sender: Address) => void;
}

/** Pending transactions by what they pay the proposer, in turn among equals; suspects of H4 last. */
export class PricedCandidates implements Candidates {
  readonly #parts: CandidatesParts;
  readonly #offers: TinyQueue<Offer>;
  readonly #suspects: Offer[] = [];
  #taken: Offer | undefined;

  constructor(parts: CandidatesParts) {
    this.#parts = parts;
    const offers: Offer[] = [];
    for (const queue of parts.queues) {
      const offer = this.#offer(queue, queue.account.nonce);
      if (offer !== null) offers.push(offer);
    }
    this.#offers = new TinyQueue(offers, betterFirst);
  }

  next(msLeft: number, budgetMs: number): Transaction | null {
    if (this.#taken !== undefined) {
      const { queue, entry } = this.#taken;
      const offer = this.#offer(queue, entry.transaction.nonce + 1n);
      if (offer !== null) this.#offers.push(offer);
    }
    this.#taken = this.#offers.pop();
    if (this.#taken === undefined && this.#parts.slow.mayRetry(msLeft, budgetMs)) {
      this.#taken = this.#suspects.shift();
    }
    return this.#taken?.entry.transaction ?? null;
  }

  skipSender(invalid: boolean): void {
    if (invalid && this.#taken !== undefined) this.#parts.onInvalid(this.#taken.queue.address);
    this.#taken = undefined;
  }

  /** A sender's pending transaction of this nonce, if it pays enough and is not under suspicion. */
  #offer(queue: SenderQueue, nonce: bigint): Offer | null {
    const entry = nonce < queue.nextNonce ? queue.at(nonce) : undefined;
    if (entry === undefined) return null;
    const { baseFee, tipMin, slow } = this.#parts;
    const tip = effectiveTip(entry.transaction, baseFee);
    if (tip < tipMin) return null;
    if (!slow.isSuspect(entry.transaction.hash)) return { queue, entry, tip };
    this.#suspects.push({ queue, entry, tip });
    return null;
  }
}

function betterFirst(a: Offer, b: Offer): number {
  if (a.tip !== b.tip) return a.tip > b.tip ? -1 : 1;
  return a.entry.turn - b.entry.turn || a.entry.sequence - b.entry.sequence;
}
