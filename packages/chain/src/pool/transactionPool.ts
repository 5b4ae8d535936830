import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import { chainError } from "../chainError.js";
import type { HeadEvent, Header, PoolPort, Transaction } from "../chainReader.js";
import { toHex } from "../codec/hex.js";
import { recoverAuthority } from "../codec/recoverAuthority.js";
import { BLOB_TRANSACTION, decodeTransaction, transactionType } from "../codec/transaction.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { StateReader } from "../engine/engine.js";
import type { TransactionSource } from "../execution/chainExecution.js";
import type { Candidates } from "../execution/fillBlock.js";
import type { Log } from "../log.js";
import { nextBaseFee } from "../rules/baseFee.js";
import { EMPTY_CODE_HASH, maySend } from "../rules/senderCode.js";
import { effectiveTip, maxCost, transactionFault } from "../rules/transactionRules.js";
import { cheapestTails } from "./cheapestTails.js";
import { accountFault, feeFault } from "./poolFaults.js";
import type { TransactionJournal } from "./poolJournal.js";
import {
  EVICTION_SHARE,
  FREE_GAS_SENDER_TRANSACTIONS_MAX,
  POOL_LIMITS,
  type PoolLimits,
  TRANSACTION_BYTES_MAX,
  WAITING_MS,
} from "./poolLimits.js";
import { PricedCandidates } from "./pricedCandidates.js";
import { type PoolEntry, type SenderAccount, SenderQueue } from "./senderQueue.js";

export interface PoolParts {
  readonly chainId: bigint;
  readonly spec: CausewayConfig;
  readonly journal: TransactionJournal | null;
  readonly log: Log;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** POOL_LIMITS unless given. */
  readonly limits?: PoolLimits;
}

/** The head as the pool judges by it. */
export interface PoolHead {
  readonly header: Header;
  readonly state: StateReader;
}

/** Transactions waiting for a block: per sender those in nonce order (pending), and those behind a gap (queued). */
export class TransactionPool implements PoolPort, TransactionSource {
  readonly #parts: PoolParts;
  readonly #head: () => PoolHead;
  readonly #queues = new Map<Address, SenderQueue>();
  readonly #byHash = new Map<Hash, PoolEntry>();
  readonly #listeners = new Set<(transaction: Transaction) => void>();
  /** Senders whose account changed in ways their own transactions do not tell. */
  readonly #stale = new Set<Address>();
  readonly #tipMin: bigint;
  readonly #limits: PoolLimits;
  #bytes = 0;

  constructor(parts: PoolParts, head: () => PoolHead) {
    this.#parts = parts;
    this.#head = head;
    this.#tipMin = BigInt(parts.spec.minTipWei);
    const limits = parts.limits ?? POOL_LIMITS;
    this.#limits = parts.spec.freeGas ? { ...limits, senderMax: FREE_GAS_SENDER_TRANSACTIONS_MAX } : limits;
  }

  /** Pool again what the journal kept. */
  async restore(): Promise<void> {
    const { journal } = this.#parts;
    if (journal === null) return;
    for await (const raw of journal.load()) {
      // Most are included by now or have lost their funds: not worth a word.
      await this.#admit(raw).catch(() => undefined);
    }
    await this.#rewriteJournal();
  }

  async close(): Promise<void> {
    await this.#rewriteJournal();
  }

  async add(raw: Uint8Array): Promise<Hash> {
    const transaction = await this.#admit(raw);
    this.#journalAppend(raw);
    for (const listener of this.#listeners) listener(transaction);
    return transaction.hash;
  }

  get(hash: Hash): Transaction | null {
    return this.#byHash.get(hash)?.transaction ?? null;
  }

  async pendingNonce(address: Address): Promise<bigint> {
    const queue = this.#queues.get(address);
    if (queue !== undefined) return queue.nextNonce;
    return (await this.#head().state.account(address)).nonce;
  }

  stats(): { pending: number; queued: number } {
    let pending = 0;
    for (const queue of this.#queues.values()) pending += queue.pending;
    return { pending, queued: this.#byHash.size - pending };
  }

  content(): { pending: Transaction[]; queued: Transaction[] } {
    const pending: Transaction[] = [];
    const queued: Transaction[] = [];
    for (const queue of this.#queues.values()) {
      for (const { transaction } of queue.entries()) {
        (transaction.nonce < queue.nextNonce ? pending : queued).push(transaction);
      }
    }
    return { pending, queued };
  }

  onTransaction(listener: (transaction: Transaction) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  candidates(baseFee: bigint): Candidates {
    return new PricedCandidates(this.#queues.values(), baseFee, this.#tipMin, (sender) =>
      this.#stale.add(sender),
    );
  }

  /**
   * C14: when, on the monotonic clock, a transaction that is executable on the head and pays the chain spec's minimum
   * will have waited long enough to call for a block; null without one.
   */
  blockWantedAt(): number | null {
    const baseFee = nextBaseFee(this.#head().header);
    let earliest: number | null = null;
    for (const queue of this.#queues.values()) {
      const entry = queue.at(queue.account.nonce);
      if (entry === undefined || effectiveTip(entry.transaction, baseFee) < this.#tipMin) continue;
      const at = entry.sinceMs + WAITING_MS;
      if (earliest === null || at < earliest) earliest = at;
    }
    return earliest;
  }

  /** C14: whether such a transaction has waited long enough by now. */
  waitingTransaction(nowMs: number): boolean {
    const at = this.blockWantedAt();
    return at !== null && at <= nowMs;
  }

  drop(hash: Hash, reason: string): void {
    const entry = this.#byHash.get(hash);
    if (entry === undefined) return;
    this.#parts.log.warn({ hash, reason }, "transaction dropped from the pool");
    this.#remove(entry);
  }

  async finalized({ block }: HeadEvent): Promise<void> {
    const touched = new Set(this.#stale);
    this.#stale.clear();
    for (const { hash, from, authorizationList } of block.transactions) {
      const entry = this.#byHash.get(hash);
      if (entry !== undefined) this.#remove(entry);
      touched.add(from);
      // Authorizations raise nonces of accounts that signed no transaction (EIP-7702).
      for (const authorization of authorizationList ?? []) {
        const authority = recoverAuthority(authorization);
        if (authority !== null) touched.add(authority);
      }
    }
    for (const sender of touched) await this.#refresh(sender);
  }

  async #admit(raw: Uint8Array): Promise<Transaction> {
    if (raw.length > TRANSACTION_BYTES_MAX) {
      throw rejected(`oversized data: transaction size ${raw.length}, limit ${TRANSACTION_BYTES_MAX}`);
    }
    const hash = toHex(keccak256(raw));
    if (this.#byHash.has(hash)) throw rejected("already known");
    if (transactionType(raw) === BLOB_TRANSACTION) throw rejected("transaction type not supported");
    checkShape(raw);
    const transaction = decodeTransaction(raw);
    if (transaction.chainId === null) {
      throw rejected("only replay-protected (EIP-155) transactions allowed over RPC");
    }
    const fault =
      transactionFault(transaction, this.#parts.chainId) ??
      feeFault(transaction, this.#head().header, this.#parts.spec);
    if (fault !== null) throw rejected(fault);
    let queue = this.#queues.get(transaction.from);
    while (queue === undefined) {
      await this.#loadQueue(transaction.from);
      queue = this.#queues.get(transaction.from);
    }
    this.#insert(queue, transaction);
    return transaction;
  }

  /** Set up a sender's queue with its account as of the head; not if the head changes meanwhile. */
  async #loadQueue(from: Address): Promise<void> {
    const head = this.#head();
    const { nonce, balance, codeHash } = await head.state.account(from);
    const delegated = codeHash !== EMPTY_CODE_HASH;
    if (delegated && !maySend(await head.state.code(from))) {
      throw rejected(`sender not an eoa: address ${from}, codehash: ${codeHash}`);
    }
    if (this.#head() === head && !this.#queues.has(from)) {
      this.#queues.set(from, new SenderQueue(from, { nonce, balance, delegated }));
    }
  }

  #insert(queue: SenderQueue, transaction: Transaction): void {
    try {
      if (this.#byHash.has(transaction.hash)) throw rejected("already known");
      const fault = accountFault(transaction, queue, this.#limits);
      if (fault !== null) throw rejected(fault);
      this.#makeRoom(transaction, queue);
    } catch (error) {
      this.#forgetIfEmpty(queue);
      throw error;
    }
    const replaced = queue.at(transaction.nonce);
    if (replaced !== undefined) this.#forget(replaced);
    const entry = { transaction, sinceMs: this.#parts.now() };
    queue.put(entry);
    // Making room may have taken the sender's last transaction, and the queue with it.
    this.#queues.set(queue.address, queue);
    this.#byHash.set(transaction.hash, entry);
    this.#bytes += transaction.raw.length;
  }

  /** When full, evict the last transactions of the senders that pay least, or refuse a newcomer that pays no more. */
  #makeRoom(newcomer: Transaction, queue: SenderQueue): void {
    const { transactionsMax, bytesMax, queuedMax } = this.#limits;
    // What the newcomer replaces makes room by itself, unless it was evicted before.
    const replaced = () => queue.at(newcomer.nonce)?.transaction;
    const gapped = replaced() === undefined && newcomer.nonce > queue.nextNonce;
    if (gapped && this.stats().queued >= queuedMax) {
      throw rejected(`txpool is full: ${queuedMax} transactions wait behind a gap`);
    }
    const full = () =>
      this.#byHash.size - (replaced() === undefined ? 0 : 1) >= transactionsMax ||
      this.#bytes - (replaced()?.raw.length ?? 0) + newcomer.raw.length > bytesMax;
    if (!full()) return;
    if (gapped) throw rejected("future transaction tries to replace pending");
    const baseFee = nextBaseFee(this.#head().header);
    const tails = cheapestTails(this.#queues.values(), newcomer, baseFee);
    const wanted = Math.ceil(tails.length / EVICTION_SHARE);
    for (const [i, entry] of tails.entries()) {
      if (i >= wanted && !full()) break;
      this.#remove(entry);
    }
    if (full()) throw rejected("transaction underpriced: the pool is full of transactions that pay as much");
  }

  async #refresh(sender: Address): Promise<void> {
    const queue = this.#queues.get(sender);
    if (queue === undefined) return;
    const { nonce, balance, codeHash } = await this.#head().state.account(sender);
    this.#revalidate(queue, { nonce, balance, delegated: codeHash !== EMPTY_CODE_HASH });
  }

  #revalidate(queue: SenderQueue, account: SenderAccount): void {
    queue.account = account;
    for (const entry of [...queue.entries()]) {
      const { transaction } = entry;
      if (transaction.nonce < account.nonce || maxCost(transaction) > account.balance) this.#remove(entry);
    }
    this.#forgetIfEmpty(queue);
  }

  #remove(entry: PoolEntry): void {
    const queue = this.#queues.get(entry.transaction.from);
    queue?.remove(entry.transaction.nonce);
    this.#forget(entry);
    if (queue !== undefined) this.#forgetIfEmpty(queue);
  }

  #forget({ transaction }: PoolEntry): void {
    if (this.#byHash.delete(transaction.hash)) this.#bytes -= transaction.raw.length;
  }

  #forgetIfEmpty(queue: SenderQueue): void {
    if (queue.size === 0) this.#queues.delete(queue.address);
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
    for (const queue of this.#queues.values()) {
      const transactions = Array.from(queue.entries(), (entry) => entry.transaction);
      transactions.sort((a, b) => (a.nonce < b.nonce ? -1 : 1));
      for (const { raw } of transactions) yield raw;
    }
  }
}

function rejected(message: string) {
  return chainError("TransactionRejected", message);
}

/** Before a general decoder sees bytes from outside. */
function checkShape(raw: Uint8Array): void {
  try {
    assertTransactionShape(raw);
  } catch (error) {
    throw rejected(`rlp: ${error instanceof Error ? error.message : String(error)}`);
  }
}
