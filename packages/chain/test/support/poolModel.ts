import type { Address } from "@causeway/protocol/hex";
import type { PoolLimits } from "../../src/pool/poolLimits.js";
import type { RejectionReason } from "../../src/pool/poolRejection.js";
import { effectiveTip, feeCap, maxCost, tipCap } from "../../src/rules/transactionRules.js";
import type { Transaction } from "../../src/types/transaction.js";

export interface ModelEntry {
  readonly transaction: Transaction;
  readonly arrival: number;
}

export interface ModelAccount {
  nonce: bigint;
  balance: bigint;
}

/** The rules of the pool as plainly as they can be said: one list, everything worked out anew each time. */
export class PoolModel {
  entries: ModelEntry[] = [];
  /** Those that were pending at the end of some step; a transaction that left and came back is another. */
  readonly told = new Set<ModelEntry>();
  baseFee: bigint;
  #arrivals = 0;

  constructor(
    readonly limits: PoolLimits,
    readonly account: (address: Address) => ModelAccount,
    baseFee: bigint,
  ) {
    this.baseFee = baseFee;
  }

  add(transaction: Transaction): RejectionReason | null {
    const reason = this.#refusal(transaction);
    if (reason === null) this.#tell();
    return reason;
  }

  #refusal(transaction: Transaction): RejectionReason | null {
    const { from, nonce, hash, raw } = transaction;
    const { nonce: next, balance } = this.account(from);
    if (this.entries.some((entry) => entry.transaction.hash === hash)) return "alreadyKnown";
    if (feeCap(transaction) * 2n < this.baseFee) return "feeTooLow";
    if (nonce < next) return "nonceTooLow";
    const pending = this.pending(from);
    const queued = this.queued(from);
    const replaced = this.of(from).find((entry) => entry.transaction.nonce === nonce);
    const spent = pending.reduce((sum, entry) => sum + maxCost(entry.transaction), 0n);
    const freed = replaced !== undefined && pending.includes(replaced) ? maxCost(replaced.transaction) : 0n;
    if (balance < maxCost(transaction)) return "insufficientFunds";
    if (balance < spent - freed + maxCost(transaction)) return "insufficientFunds";
    const gapped = replaced === undefined && nonce > next + BigInt(pending.length);
    if (replaced !== undefined && !outbids(transaction, replaced.transaction))
      return "replacementUnderpriced";
    if (replaced === undefined && this.of(from).length >= this.limits.senderMax) return "accountLimit";
    if (gapped && queued.length >= this.limits.senderQueuedMax) return "accountLimit";
    const others = () => this.entries.filter((entry) => entry !== replaced);
    const full = () =>
      others().length >= this.limits.transactionsMax || bytes(others()) + raw.length > this.limits.bytesMax;
    if (gapped && full()) return "full";
    const before = this.entries;
    if (gapped && this.allQueued().length >= this.limits.queuedMax) {
      const longest = this.#longestQueue();
      if (longest.length <= queued.length + 1) return "full";
      this.#remove(longest.at(-1));
    }
    const ahead = pending.filter((entry) => entry.transaction.nonce < nonce);
    const worth = this.#worth([...ahead, { transaction, arrival: 0 }]);
    while (full()) {
      const [victim] = this.#tails(from);
      if (victim === undefined || (!victim.gapped && victim.worth >= worth)) {
        const evicted = before.length - this.entries.length;
        this.entries = before;
        return evicted === 0 ? "underpriced" : "full";
      }
      this.#remove(victim.entry);
    }
    this.#remove(replaced);
    this.entries = [...this.entries, { transaction, arrival: this.#arrivals++ }];
    return null;
  }

  /** Accounts are already those of the new head. @returns nothing: all queues go on from them. */
  head(baseFee: bigint): void {
    this.baseFee = baseFee;
    this.entries = this.entries.filter(({ transaction }) => {
      const { nonce, balance } = this.account(transaction.from);
      return transaction.nonce >= nonce && maxCost(transaction) <= balance;
    });
    for (const from of this.senders()) {
      while (this.queued(from).length > this.limits.senderQueuedMax) this.#remove(this.of(from).at(-1));
    }
    while (this.allQueued().length > this.limits.queuedMax) this.#remove(this.#longestQueue().at(-1));
    this.#tell();
  }

  senders(): Address[] {
    return [...new Set(this.entries.map(({ transaction }) => transaction.from))];
  }

  /** A sender's, by nonce. */
  of(from: Address): ModelEntry[] {
    return this.entries
      .filter(({ transaction }) => transaction.from === from)
      .sort((a, b) => Number(a.transaction.nonce - b.transaction.nonce));
  }

  pending(from: Address): ModelEntry[] {
    const { nonce, balance } = this.account(from);
    let cost = 0n;
    const pending: ModelEntry[] = [];
    for (const entry of this.of(from)) {
      cost += maxCost(entry.transaction);
      if (entry.transaction.nonce !== nonce + BigInt(pending.length) || cost > balance) break;
      pending.push(entry);
    }
    return pending;
  }

  queued(from: Address): ModelEntry[] {
    return this.of(from).slice(this.pending(from).length);
  }

  allPending(): ModelEntry[] {
    return this.senders().flatMap((from) => this.pending(from));
  }

  allQueued(): ModelEntry[] {
    return this.senders().flatMap((from) => this.queued(from));
  }

  /** In the order a block takes them: always the best of the senders' next ones. */
  offered(): Transaction[] {
    const rows = this.senders().map((from) => this.pending(from));
    const taken: Transaction[] = [];
    const tip = (entry: ModelEntry) => effectiveTip(entry.transaction, this.baseFee);
    for (;;) {
      const [best] = rows
        .filter((row) => row[0] !== undefined && tip(row[0]) >= 0n)
        .sort(([a], [b]) =>
          tip(a as ModelEntry) === tip(b as ModelEntry)
            ? (a as ModelEntry).arrival - (b as ModelEntry).arrival
            : Number(tip(b as ModelEntry) - tip(a as ModelEntry)),
        );
      const next = best?.shift();
      if (next === undefined) return taken;
      taken.push(next.transaction);
    }
  }

  #tails(except: Address) {
    return this.senders()
      .filter((from) => from !== except)
      .map((from) => ({
        entry: this.of(from).at(-1) as ModelEntry,
        gapped: this.queued(from).length > 0,
        worth: this.#worth(this.pending(from)),
      }))
      .sort(
        (a, b) =>
          Number(b.gapped) - Number(a.gapped) ||
          Number(a.worth - b.worth) ||
          b.entry.arrival - a.entry.arrival,
      );
  }

  #worth(row: readonly ModelEntry[]): bigint {
    const tips = row.map(({ transaction }) => effectiveTip(transaction, this.baseFee));
    return tips.reduce((least, tip) => (tip < least ? tip : least), tips[0] ?? 0n);
  }

  #longestQueue(): ModelEntry[] {
    const last = (row: ModelEntry[]) => row.at(-1)?.arrival ?? 0;
    const rows = this.senders().map((from) => this.queued(from));
    return rows.sort((a, b) => b.length - a.length || last(b) - last(a))[0] ?? [];
  }

  #remove(gone: ModelEntry | undefined): void {
    this.entries = this.entries.filter((entry) => entry !== gone);
  }

  #tell(): void {
    for (const entry of this.allPending()) this.told.add(entry);
  }
}

function bytes(entries: readonly ModelEntry[]): number {
  return entries.reduce((sum, { transaction }) => sum + transaction.raw.length, 0);
}

function outbids(now: Transaction, before: Transaction): boolean {
  return [feeCap, tipCap].every(
    (price) => price(now) > price(before) && price(now) >= (price(before) * 110n) / 100n,
  );
}
