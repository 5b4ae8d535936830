import type { Address } from "@causeway/protocol/hex";
import type { Transaction } from "../chainReader.js";
import type { Candidates } from "../execution/fillBlock.js";
import { effectiveTip } from "../rules/transactionRules.js";
import { Heap } from "./heap.js";
import type { PoolEntry, SenderQueue } from "./senderQueue.js";

interface Offer {
  readonly queue: SenderQueue;
  readonly entry: PoolEntry;
  readonly tip: bigint;
}

/** Executable transactions by what they pay the proposer, the longer waiting first among equals. */
export class PricedCandidates implements Candidates {
  readonly #baseFee: bigint;
  readonly #tipMin: bigint;
  readonly #onInvalid: (sender: Address) => void;
  readonly #offers = new Heap<Offer>((a, b) =>
    a.tip === b.tip ? a.entry.sinceMs < b.entry.sinceMs : a.tip > b.tip,
  );
  #taken: Offer | undefined;

  /** @param onInvalid told of senders whose transaction could not run. */
  constructor(
    queues: Iterable<SenderQueue>,
    baseFee: bigint,
    tipMin: bigint,
    onInvalid: (sender: Address) => void,
  ) {
    this.#baseFee = baseFee;
    this.#tipMin = tipMin;
    this.#onInvalid = onInvalid;
    for (const queue of queues) this.#offer(queue, queue.account.nonce);
  }

  next(): Transaction | null {
    if (this.#taken !== undefined) {
      const { queue, entry } = this.#taken;
      this.#offer(queue, entry.transaction.nonce + 1n);
    }
    this.#taken = this.#offers.pop();
    return this.#taken?.entry.transaction ?? null;
  }

  skipSender(invalid: boolean): void {
    if (invalid && this.#taken !== undefined) this.#onInvalid(this.#taken.queue.address);
    this.#taken = undefined;
  }

  #offer(queue: SenderQueue, nonce: bigint): void {
    const entry = queue.at(nonce);
    if (entry === undefined) return;
    const tip = effectiveTip(entry.transaction, this.#baseFee);
    if (tip >= this.#tipMin) this.#offers.push({ queue, entry, tip });
  }
}
