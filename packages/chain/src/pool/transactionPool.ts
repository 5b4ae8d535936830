import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { HeadEvent } from "../chainReader.js";
import { authoritiesOf } from "../codec/authoritiesOf.js";
import type { TransactionSource } from "../execution/chainExecution.js";
import type { Candidates, Interruption } from "../execution/fillBlock.js";
import type { Logger } from "../logger.js";
import type { PoolPort } from "../poolPort.js";
import { nextBaseFee } from "../rules/baseFee.js";
import type { ChainForks } from "../rules/chainForks.js";
import { maxCost } from "../rules/transactionRules.js";
import type { Transaction } from "../types/transaction.js";
import { checkAccount, checkAuthorities } from "./checkAccount.js";
import { EvictionOrder } from "./evictionOrder.js";
import { capQueued, makeRoom } from "./makeRoom.js";
import type { Origin, PoolEntry } from "./poolEntry.js";
import { PooledTransactions } from "./pooledTransactions.js";
import type { TransactionJournal } from "./poolJournal.js";
import { FREE_GAS_SENDER_TRANSACTIONS_MAX, POOL_LIMITS, type PoolLimits } from "./poolLimits.js";
import { type RejectionReason, rejection, rejectionReason } from "./poolRejection.js";
import { PricedCandidates } from "./pricedCandidates.js";
import { QueuedLifetime } from "./queuedLifetime.js";
import { readTransaction } from "./readTransaction.js";
import { type PoolHead, SenderAccounts } from "./senderAccounts.js";
import type { SenderQueue } from "./senderQueue.js";
import { SlowTransactions } from "./slowTransactions.js";
import { WantedBlock } from "./wantedBlock.js";

/** EIP-7702. */
const SET_CODE_TYPE = 4;

export interface PoolParts {
  readonly chainId: bigint;
  readonly forks: ChainForks;
  readonly spec: CausewayConfig;
  readonly journal: TransactionJournal | null;
  readonly log: Logger;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** POOL_LIMITS unless given. */
  readonly limits?: PoolLimits;
}

/** Transactions waiting for a block: per sender those in nonce order (pending), and those behind a gap (queued). */
export class TransactionPool implements PoolPort, TransactionSource {
  readonly #parts: PoolParts;
  readonly #head: () => PoolHead;
  readonly #order: EvictionOrder;
  readonly #pooled = new PooledTransactions((queue) => this.#changed(queue));
  readonly #accounts: SenderAccounts;
  readonly #lifetime = new QueuedLifetime(this.#pooled);
  readonly #wanted: WantedBlock;
  readonly #slow: SlowTransactions;
  readonly #listeners = new Set<(transaction: Transaction) => void>();
  readonly #rejectionListeners = new Set<(reason: RejectionReason) => void>();
  /** Those that listeners know: each is told of once, when it is pending. */
  readonly #told = new WeakSet<PoolEntry>();
  /** Senders whose account changed in ways their own transactions do not tell. */
  readonly #stale = new Set<Address>();
  readonly #tipMin: bigint;
  readonly #limits: PoolLimits;
  #arrivals = 0;

  constructor(parts: PoolParts, head: () => PoolHead) {
    this.#parts = parts;
    this.#head = head;
    this.#tipMin = BigInt(parts.spec.minTipWei);
    this.#order = new EvictionOrder(this.#pooled.queues);
    this.#wanted = new WantedBlock(this.#pooled.queues, this.#tipMin);
    this.#slow = new SlowTransactions(parts.now);
    const limits = parts.limits ?? POOL_LIMITS;
    const { freeGas } = parts.spec;
    this.#limits = freeGas ? { ...limits, senderMax: FREE_GAS_SENDER_TRANSACTIONS_MAX } : limits;
    this.#accounts = new SenderAccounts({
      ...{ pooled: this.#pooled, head, limits: this.#limits, freeGas },
      onRenewed: (queue) => this.#tell(queue, queue.account.nonce),
    });
  }

  /** Pool again what the journal kept. */
  async restore(): Promise<void> {
    const { journal } = this.#parts;
    if (journal === null) return;
    for await (const raw of journal.load()) {
      // Most are included by now or have lost their funds: not worth a word.
      await this.#admit(raw, null).catch(() => undefined);
    }
    await this.#rewriteJournal();
  }

  async close(): Promise<void> {
    await this.#rewriteJournal();
  }

  async add(raw: Uint8Array, origin: Origin = null): Promise<Hash> {
    try {
      const { transaction } = await this.#admit(raw, origin);
      this.#journalAppend(raw);
      const queue = this.#pooled.queues.get(transaction.from);
      if (queue !== undefined) this.#tell(queue, transaction.nonce);
      return transaction.hash;
    } catch (error) {
      const reason = rejectionReason(error);
      if (reason !== null) for (const listener of this.#rejectionListeners) listener(reason);
      throw error;
    }
  }

  get(hash: Hash): Transaction | null {
    return this.#pooled.get(hash)?.transaction ?? null;
  }

  async pendingNonce(address: Address): Promise<bigint> {
    const queue = this.#pooled.queues.get(address);
    if (queue !== undefined) return queue.nextNonce;
    return (await this.#head().state.account(address)).nonce;
  }

  stats(): { pending: number; queued: number } {
    const { pending, queued } = this.#pooled;
    return { pending, queued };
  }

  pending(max: number): Transaction[] {
    const pending: Transaction[] = [];
    for (const transaction of this.pendingByTurn()) {
      if (pending.length >= max) break;
      pending.push(transaction);
    }
    return pending;
  }

  content(sender?: Address): { pending: Transaction[]; queued: Transaction[] } {
    const { queues } = this.#pooled;
    const wanted = sender === undefined ? [...queues.values()] : [queues.get(sender)];
    const pending: Transaction[] = [];
    const queued: Transaction[] = [];
    for (const queue of wanted) {
      if (queue === undefined) continue;
      for (const { transaction } of queue.entries()) {
        (transaction.nonce < queue.nextNonce ? pending : queued).push(transaction);
      }
    }
    return { pending, queued };
  }

  /** Of each sender the next transaction, then of each the one after it, and so on. */
  *pendingByTurn(): Generator<Transaction> {
    let queues = [...this.#pooled.queues.values()];
    for (let turn = 0; queues.length > 0; turn++) {
      queues = queues.filter(({ pending }) => pending > turn);
      for (const queue of queues) {
        const entry = queue.at(queue.account.nonce + BigInt(turn));
        if (entry !== undefined) yield entry.transaction;
      }
    }
  }

  onTransaction(listener: (transaction: Transaction) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  onRejected(listener: (reason: RejectionReason) => void): () => void {
    this.#rejectionListeners.add(listener);
    return () => this.#rejectionListeners.delete(listener);
  }

  candidates(baseFee: bigint): Candidates {
    return new PricedCandidates({
      queues: this.#pooled.queues.values(),
      baseFee,
      tipMin: this.#tipMin,
      slow: this.#slow,
      onInvalid: (sender) => this.#stale.add(sender),
    });
  }

  /**
   * C14: when, on the monotonic clock, a transaction that is executable on the head and pays the chain spec's minimum
   * will have waited long enough to call for a block, or has; null without one.
   */
  blockWantedAt(): number | null {
    return this.#wanted.at(this.#head().header, this.#parts.now());
  }

  /** C14: whether such a transaction has waited long enough by now. */
  waitingTransaction(nowMs: number): boolean {
    const at = this.blockWantedAt();
    return at !== null && at <= nowMs;
  }

  interrupted(interruption: Interruption): void {
    const { spentMs, budgetMs, transaction } = interruption;
    const entry = this.#pooled.get(transaction.hash);
    if (entry === undefined || !this.#slow.interrupted(interruption)) return;
    const { hash, from, to, gas } = transaction;
    this.#parts.log.warn(
      { hash, from, to, gas: gas.toString(), spentMs, budgetMs, rule: "H4" },
      "transaction dropped from the pool: it takes too long to execute",
    );
    this.#remove(entry);
  }

  async finalized({ block }: HeadEvent): Promise<void> {
    const touched = new Set(this.#stale);
    const mined = new Map<Address, bigint>();
    for (const transaction of block.transactions) {
      const { from, to, nonce, hash } = transaction;
      mined.set(from, nonce + 1n);
      this.#slow.forget(hash);
      const entry = this.#pooled.get(hash);
      if (entry !== undefined) this.#pooled.origins.served(entry);
      touched.add(from);
      // Who is called may be a delegated account that spends, who is paid may wait for funds.
      if (to !== null) touched.add(to);
      for (const authority of entry?.authorities ??
        (await authoritiesOf(transaction.authorizationList ?? []))) {
        touched.add(authority);
      }
    }
    for (const queue of this.#pooled.gapped) if (queue.lacksFunds) touched.add(queue.address);
    await this.#accounts.reset(touched, mined);
    for (const sender of touched) this.#stale.delete(sender);
    this.#lifetime.expire(this.#parts.now());
  }

  async #admit(raw: Uint8Array, origin: Origin): Promise<PoolEntry> {
    const { chainId, forks, spec, now } = this.#parts;
    const pooled = this.#pooled;
    const transaction = readTransaction(raw, { pooled, chainId, forks, spec, head: this.#head().header });
    this.#slow.check(transaction);
    const cost = maxCost(transaction);
    if (transaction.type === SET_CODE_TYPE) {
      // Before its many signatures are looked at: it must be one that could be pooled.
      await this.#accounts.use(transaction.from, (queue) => this.#checkSender(queue, transaction, cost));
    }
    const authorities = await authoritiesOf(transaction.authorizationList ?? []);
    return this.#accounts.use(transaction.from, (queue) => {
      const sequence = this.#arrivals++;
      // H6: where price decides nothing, origins take turns; elsewhere who came first goes first.
      const turn = spec.freeGas ? pooled.origins.nextTurn(origin) : sequence;
      return this.#insert(queue, { transaction, cost, origin, authorities, sinceMs: now(), sequence, turn });
    });
  }

  #checkSender(queue: SenderQueue, transaction: Transaction, cost: bigint): void {
    if (this.#pooled.get(transaction.hash) !== undefined) throw rejection("alreadyKnown", "already known");
    checkAccount(transaction, cost, queue, this.#pooled.authorizes(queue.address), this.#limits);
  }

  #insert(queue: SenderQueue, entry: PoolEntry): PoolEntry {
    const { transaction } = entry;
    const pooled = this.#pooled;
    this.#checkSender(queue, transaction, entry.cost);
    checkAuthorities(entry, (account) => pooled.queues.get(account)?.size ?? 0);
    const baseFee = nextBaseFee(this.#head().header);
    const { freeGas } = this.#parts.spec;
    makeRoom(entry, queue, { pooled, order: this.#order, limits: this.#limits, baseFee, freeGas });
    if (queue.at(transaction.nonce) !== undefined) pooled.put(queue, entry);
    else this.#wanted.adding(queue, () => pooled.put(queue, entry));
    return entry;
  }

  #remove(entry: PoolEntry): void {
    const queue = this.#pooled.queues.get(entry.transaction.from);
    this.#pooled.remove(entry);
    if (queue !== undefined) capQueued([queue], this.#pooled, this.#limits);
  }

  /** @param nonce from which on a sender's transactions may have become pending. */
  #tell(queue: SenderQueue, nonce: bigint): void {
    for (const entry of queue.pendingEntries(nonce)) {
      if (this.#told.has(entry)) continue;
      this.#told.add(entry);
      for (const listener of this.#listeners) listener(entry.transaction);
    }
  }

  #changed(queue: SenderQueue): void {
    this.#wanted.changed();
    this.#order.changed(queue);
  }

  /** Also while no block is finalized, the file stays bounded. */
  #journalAppend(raw: Uint8Array): void {
    const { journal } = this.#parts;
    if (journal?.full) void this.#rewriteJournal();
    else journal?.append(raw);
  }

  async #rewriteJournal(): Promise<void> {
    await this.#parts.journal?.rewrite(() => this.#rawTransactions());
  }

  /** Each sender's by nonce: read again in this order none stands behind a gap that the others will fill. */
  *#rawTransactions(): Generator<Uint8Array> {
    for (const queue of this.#pooled.queues.values()) {
      for (const { transaction } of queue.entries()) yield transaction.raw;
    }
  }
}
