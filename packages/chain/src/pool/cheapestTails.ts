import type { Transaction } from "../chainReader.js";
import { effectiveTip } from "../rules/transactionRules.js";
import type { PoolEntry, SenderQueue } from "./senderQueue.js";

/**
 * The last transaction of each sender, which leaves no gap, where it pays less than `newcomer`; the cheapest first. What
 * waits behind a gap pays nothing for now and goes before all.
 * @param baseFee of the next block, in wei.
 */
export function cheapestTails(
  queues: Iterable<SenderQueue>,
  newcomer: Transaction,
  baseFee: bigint,
): PoolEntry[] {
  const offered = effectiveTip(newcomer, baseFee);
  const gapped: PoolEntry[] = [];
  const tails: { readonly last: PoolEntry; readonly tip: bigint }[] = [];
  for (const queue of queues) {
    const last = queue.last();
    if (last === undefined) continue;
    const tip = effectiveTip(last.transaction, baseFee);
    if (queue.queued > 0) gapped.push(last);
    else if (tip < offered) tails.push({ last, tip });
  }
  tails.sort((a, b) => (a.tip < b.tip ? -1 : 1));
  return [...gapped, ...tails.map(({ last }) => last)];
}
