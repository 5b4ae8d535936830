import type { Transaction } from "../chainReader.js";
import { tipCap } from "../rules/transactionRules.js";
import type { PoolEntry, SenderQueue } from "./senderQueue.js";

/** The last transaction of each sender, which leaves no gap, where it pays less than `newcomer`; the cheapest first. */
export function cheapestTails(queues: Iterable<SenderQueue>, newcomer: Transaction): PoolEntry[] {
  const tails: PoolEntry[] = [];
  for (const queue of queues) {
    const last = queue.last();
    if (last !== undefined && tipCap(last.transaction) < tipCap(newcomer)) tails.push(last);
  }
  return tails.sort((a, b) => (tipCap(a.transaction) < tipCap(b.transaction) ? -1 : 1));
}
