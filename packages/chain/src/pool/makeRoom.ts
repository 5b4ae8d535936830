import { minOf } from "../bigints.js";
import { effectiveTip } from "../rules/transactionRules.js";
import type { EvictionOrder } from "./evictionOrder.js";
import type { PoolEntry } from "./poolEntry.js";
import type { PooledTransactions } from "./pooledTransactions.js";
import type { PoolLimits } from "./poolLimits.js";
import { rejection } from "./poolRejection.js";
import type { SenderQueue } from "./senderQueue.js";

export interface Room {
  readonly pooled: PooledTransactions;
  readonly order: EvictionOrder;
  readonly limits: PoolLimits;
  /** Of the next block, in wei. */
  readonly baseFee: bigint;
  readonly freeGas: boolean;
}

interface Victim {
  readonly entry: PoolEntry;
  readonly queue: SenderQueue;
}

/**
 * Where the pool is full, evict what is worth less than a newcomer: the last transactions of other senders, those behind
 * a gap first. Nothing is evicted for a newcomer that is refused.
 * @throws PoolRejection in geth's words.
 */
export function makeRoom(newcomer: PoolEntry, queue: SenderQueue, room: Room): void {
  const { pooled, limits } = room;
  const { nonce, raw } = newcomer.transaction;
  const replaced = queue.at(nonce);
  const gapped = replaced === undefined && nonce > queue.nextNonce;
  const full = () =>
    pooled.size + (replaced === undefined ? 1 : 0) > limits.transactionsMax ||
    pooled.bytes + raw.length - (replaced?.transaction.raw.length ?? 0) > limits.bytesMax;
  if (gapped && full()) throw rejection("full", "future transaction tries to replace pending");
  if (gapped && pooled.queued >= limits.queuedMax) makeRoomBehindGap(queue, pooled);
  const evicted: Victim[] = [];
  while (full()) {
    const victim = cheaperVictim(newcomer, queue, room) ?? fairVictim(newcomer, queue, room);
    if (victim === null) {
      for (const { queue, entry } of evicted.reverse()) pooled.put(queue, entry);
      if (evicted.length > 0) throw rejection("full", "txpool is full");
      throw rejection("underpriced", "transaction underpriced");
    }
    pooled.remove(victim.entry);
    evicted.push(victim);
  }
}

/**
 * Keep what waits behind gaps within its bounds after pending transactions fell behind one.
 * @param queues that may have become too long.
 */
export function capQueued(
  queues: Iterable<SenderQueue>,
  pooled: PooledTransactions,
  limits: PoolLimits,
): void {
  for (const queue of queues) {
    while (queue.queued > limits.senderQueuedMax) pooled.remove(queue.last() as PoolEntry);
  }
  while (pooled.queued > limits.queuedMax) pooled.remove(longestBehindGap(pooled).last() as PoolEntry);
}

function cheaperVictim(newcomer: PoolEntry, queue: SenderQueue, { order, baseFee }: Room): Victim | null {
  const cheapest = order.cheapest(baseFee, queue);
  if (cheapest === null) return null;
  return cheapest.gapped || cheapest.worth < worth(newcomer, queue, baseFee) ? cheapest : null;
}

/** H6: where gas is free, whoever has brought most makes room for who has brought less. */
function fairVictim(newcomer: PoolEntry, queue: SenderQueue, { pooled, freeGas }: Room): Victim | null {
  const newest = freeGas ? pooled.origins.newestOfLargest(newcomer.origin) : null;
  const sender = newest === null ? undefined : pooled.queues.get(newest.transaction.from);
  const entry = sender?.last();
  if (sender === undefined || entry === undefined || sender === queue) return null;
  return { entry, queue: sender };
}

/** What a newcomer would be worth: no more than the worst before it, without which it cannot run. */
function worth({ transaction }: PoolEntry, queue: SenderQueue, baseFee: bigint): bigint {
  let worth = effectiveTip(transaction, baseFee);
  for (const before of queue.pendingEntries()) {
    if (before.transaction.nonce >= transaction.nonce) break;
    worth = minOf(worth, effectiveTip(before.transaction, baseFee));
  }
  return worth;
}

/** The sender with most behind a gap gives up its last for one that has less. */
function makeRoomBehindGap(queue: SenderQueue, pooled: PooledTransactions): void {
  const longest = longestBehindGap(pooled);
  if (longest.queued <= queue.queued + 1) throw rejection("full", "txpool is full");
  pooled.remove(longest.last() as PoolEntry);
}

/** Among equals the one whose last came last. */
function longestBehindGap({ gapped }: PooledTransactions): SenderQueue {
  const [first, ...others] = gapped;
  const arrival = (queue: SenderQueue) => queue.last()?.sequence ?? 0;
  return others.reduce((longest, queue) => {
    const more = queue.queued - longest.queued || arrival(queue) - arrival(longest);
    return more > 0 ? queue : longest;
  }, first as SenderQueue);
}
