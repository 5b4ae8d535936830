import type { Hash } from "@causeway/protocol/hex";
import { type ModelTransaction, modelHash } from "./modelTransaction.js";

/** A transaction waits this long before it starts round 0 by itself (C14). */
const WAITING_MS = 1_000;
/** More are dropped: a simulation never needs them. */
const POOLED_MAX = 1_024;
/** So many fit a block. */
const BLOCK_TRANSACTIONS_MAX = 3;

/** Transactions in the order they came; gone at a crash. */
export class ModelPool {
  readonly #now: () => number;
  readonly #isIncluded: (hash: Hash) => boolean;
  readonly #pooled = new Map<Hash, { readonly transaction: ModelTransaction; readonly addedAtMs: number }>();
  readonly #listeners = new Set<(transaction: ModelTransaction) => void>();

  /** @param now monotonic milliseconds. */
  constructor(now: () => number, isIncluded: (hash: Hash) => boolean) {
    this.#now = now;
    this.#isIncluded = isIncluded;
  }

  async add(raw: Uint8Array): Promise<Hash> {
    const transaction = { raw, hash: modelHash("transaction", raw) };
    const { hash } = transaction;
    if (this.#pooled.has(hash) || this.#isIncluded(hash) || this.#pooled.size >= POOLED_MAX) return hash;
    this.#pooled.set(hash, { transaction, addedAtMs: this.#now() });
    for (const listener of this.#listeners) listener(transaction);
    return hash;
  }

  get(hash: Hash): ModelTransaction | null {
    return this.#pooled.get(hash)?.transaction ?? null;
  }

  onTransaction(listener: (transaction: ModelTransaction) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The model refuses nothing. */
  onRejected(): () => void {
    return () => undefined;
  }

  *pendingByTurn(): Generator<ModelTransaction> {
    for (const { transaction } of this.#pooled.values()) yield transaction;
  }

  /** What the next block takes. */
  next(): readonly ModelTransaction[] {
    return [...this.#pooled.values()].slice(0, BLOCK_TRANSACTIONS_MAX).map(({ transaction }) => transaction);
  }

  included(hashes: readonly Hash[]): void {
    for (const hash of hashes) this.#pooled.delete(hash);
  }

  blockWantedAt(): number | null {
    const [oldest] = this.#pooled.values();
    return oldest === undefined ? null : oldest.addedAtMs + WAITING_MS;
  }

  waitingTransaction(nowMs: number): boolean {
    const wantedAt = this.blockWantedAt();
    return wantedAt !== null && wantedAt <= nowMs;
  }

  stats(): { pending: number; queued: number } {
    return { pending: this.#pooled.size, queued: 0 };
  }

  content(): { pending: readonly ModelTransaction[]; queued: readonly ModelTransaction[] } {
    return { pending: [...this.#pooled.values()].map(({ transaction }) => transaction), queued: [] };
  }
}
