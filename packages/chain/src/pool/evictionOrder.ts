import type { Address } from "@causeway/protocol/hex";
import TinyQueue from "tinyqueue";
import { minOf } from "../bigints.js";
import { effectiveTip } from "../rules/transactionRules.js";
import type { PoolEntry } from "./poolEntry.js";
import type { SenderQueue } from "./senderQueue.js";

/** What a sender's last transaction would cost the pool to lose. */
interface Tail {
  readonly queue: SenderQueue;
  readonly entry: PoolEntry;
  readonly gapped: boolean;
  readonly worth: bigint;
  /** It holds as long as the queue has not changed. */
  readonly version: number;
}

/** Offers that no longer hold may be so many times those that do, before all are gathered anew. */
const STALE_FACTOR = 4;
const STALE_MIN = 1_024;

/**
 * The last transaction of each sender, which leaves no gap, the one worth least first: what waits behind a gap before
 * everything pending, then by what it pays, the newer first among equals. Kept only while somebody asks, so that a pool
 * with room pays nothing for it and a full one does not search itself for each newcomer.
 */
export class EvictionOrder {
  readonly #queues: ReadonlyMap<Address, SenderQueue>;
  #tails: TinyQueue<Tail> | null = null;
  #baseFee = 0n;

  constructor(queues: ReadonlyMap<Address, SenderQueue>) {
    this.#queues = queues;
  }

  /** A queue changed. */
  changed(queue: SenderQueue): void {
    if (this.#tails === null) return;
    if (this.#tails.length > STALE_FACTOR * this.#queues.size + STALE_MIN) this.#tails = null;
    else this.#offer(this.#tails, queue);
  }

  /**
   * The last transaction worth least of all senders but one.
   * @param baseFee of the next block, in wei.
   */
  cheapest(baseFee: bigint, except: SenderQueue): Tail | null {
    if (this.#tails === null || this.#baseFee !== baseFee) this.#gather(baseFee);
    const tails = this.#tails as TinyQueue<Tail>;
    let own: Tail | null = null;
    let found: Tail | null = null;
    while (found === null) {
      const tail = tails.peek();
      if (tail === undefined) break;
      if (!this.#holds(tail)) tails.pop();
      else if (tail.queue === except) own = tails.pop() as Tail;
      else found = tail;
    }
    if (own !== null) tails.push(own);
    return found;
  }

  #gather(baseFee: bigint): void {
    this.#baseFee = baseFee;
    const tails: Tail[] = [];
    for (const queue of this.#queues.values()) {
      const tail = this.#tail(queue);
      if (tail !== null) tails.push(tail);
    }
    this.#tails = new TinyQueue(tails, cheaperFirst);
  }

  #offer(tails: TinyQueue<Tail>, queue: SenderQueue): void {
    const tail = this.#tail(queue);
    if (tail !== null) tails.push(tail);
  }

  #tail(queue: SenderQueue): Tail | null {
    const entry = queue.last();
    if (entry === undefined) return null;
    const { queued, version } = queue;
    return { queue, entry, gapped: queued > 0, worth: worthOfLast(queue, this.#baseFee), version };
  }

  #holds({ queue, version }: Tail): boolean {
    return this.#queues.get(queue.address) === queue && queue.version === version;
  }
}

/**
 * What a block earns per gas by a sender's last pending transaction: no more than by the worst one before it, without
 * which it cannot run.
 */
function worthOfLast(queue: SenderQueue, baseFee: bigint): bigint {
  let worth: bigint | null = null;
  for (const { transaction } of queue.pendingEntries()) {
    const tip = effectiveTip(transaction, baseFee);
    worth = worth === null ? tip : minOf(worth, tip);
  }
  return worth ?? 0n;
}

function cheaperFirst(a: Tail, b: Tail): number {
  if (a.gapped !== b.gapped) return a.gapped ? -1 : 1;
  if (a.worth !== b.worth) return a.worth < b.worth ? -1 : 1;
  return b.entry.sequence - a.entry.sequence;
}
