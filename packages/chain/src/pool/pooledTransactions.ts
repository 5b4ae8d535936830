import type { Address, Hash } from "@causeway/protocol/hex";
import { OriginShares } from "./originShares.js";
import type { PoolEntry } from "./poolEntry.js";
import type { SenderAccount, SenderQueue } from "./senderQueue.js";

/** Everything pooled, by sender and by hash, with its sums. It judges nothing and is consistent after each call. */
export class PooledTransactions {
  readonly #queues = new Map<Address, SenderQueue>();
  readonly #byHash = new Map<Hash, PoolEntry>();
  /** Queues with something behind a gap or without funds. */
  readonly #gapped = new Set<SenderQueue>();
  /** How many pooled transactions an account authorizes something in (EIP-7702). */
  readonly #authorizations = new Map<Address, number>();
  readonly #onChange: (queue: SenderQueue) => void;
  readonly origins = new OriginShares(({ transaction }) => this.#byHash.has(transaction.hash));
  #bytes = 0;
  #pending = 0;

  /** @param onChange called with a queue after each change of it. */
  constructor(onChange: (queue: SenderQueue) => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#byHash.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get pending(): number {
    return this.#pending;
  }

  get queued(): number {
    return this.size - this.#pending;
  }

  get queues(): ReadonlyMap<Address, SenderQueue> {
    return this.#queues;
  }

  get gapped(): ReadonlySet<SenderQueue> {
    return this.#gapped;
  }

  get(hash: Hash): PoolEntry | undefined {
    return this.#byHash.get(hash);
  }

  /** Whether a pooled transaction holds an authorization of this account. */
  authorizes(account: Address): boolean {
    return this.#authorizations.has(account);
  }

  /** @param queue of the entry's sender; it need not hold anything yet. */
  put(queue: SenderQueue, entry: PoolEntry): void {
    const replaced = queue.at(entry.transaction.nonce);
    if (replaced !== undefined) this.#forget(replaced);
    this.#queues.set(queue.address, queue);
    this.#change(queue, () => queue.put(entry));
    this.#byHash.set(entry.transaction.hash, entry);
    this.#bytes += entry.transaction.raw.length;
    this.origins.added(entry);
    for (const authority of entry.authorities) {
      this.#authorizations.set(authority, (this.#authorizations.get(authority) ?? 0) + 1);
    }
  }

  remove(entry: PoolEntry): void {
    const queue = this.#queues.get(entry.transaction.from);
    if (queue === undefined || queue.at(entry.transaction.nonce) !== entry) return;
    this.#forget(entry);
    this.#change(queue, () => queue.remove(entry.transaction.nonce));
  }

  /** Let a sender's queue go on from its account of another head, without what that makes void. */
  reset(queue: SenderQueue, account: SenderAccount, gasMax: bigint): void {
    this.#change(queue, () => {
      for (const dropped of queue.reset(account, gasMax)) this.#forget(dropped);
    });
  }

  #change(queue: SenderQueue, step: () => void): void {
    const before = queue.pending;
    step();
    this.#pending += queue.pending - before;
    if (queue.queued > 0) this.#gapped.add(queue);
    else this.#gapped.delete(queue);
    if (queue.size === 0) this.#queues.delete(queue.address);
    this.#onChange(queue);
  }

  #forget(entry: PoolEntry): void {
    const { transaction, authorities } = entry;
    this.#byHash.delete(transaction.hash);
    this.origins.removed(entry);
    this.#bytes -= transaction.raw.length;
    for (const authority of authorities) {
      const left = (this.#authorizations.get(authority) ?? 0) - 1;
      if (left > 0) this.#authorizations.set(authority, left);
      else this.#authorizations.delete(authority);
    }
  }
}
