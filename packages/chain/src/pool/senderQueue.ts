import type { Address } from "@causeway/protocol/hex";
import type { Transaction } from "../chainReader.js";
import { maxCost } from "../rules/transactionRules.js";

/** A pooled transaction. */
export interface PoolEntry {
  readonly transaction: Transaction;
  /** When it was pooled, on the monotonic clock. */
  readonly sinceMs: number;
}

export interface SenderAccount {
  readonly nonce: bigint;
  readonly balance: bigint;
  /** Its code is a delegation (EIP-7702). */
  readonly delegated: boolean;
}

/** One sender's transactions by nonce. */
export class SenderQueue {
  readonly address: Address;
  #account: SenderAccount;
  readonly #byNonce = new Map<bigint, PoolEntry>();
  #cost = 0n;
  #nextNonce: bigint;

  constructor(address: Address, account: SenderAccount) {
    this.address = address;
    this.#account = account;
    this.#nextNonce = account.nonce;
  }

  get account(): SenderAccount {
    return this.#account;
  }

  set account(account: SenderAccount) {
    this.#account = account;
    this.#nextNonce = account.nonce;
    this.#advance();
  }

  get size(): number {
    return this.#byNonce.size;
  }

  /** Transactions without a gap before them. */
  get pending(): number {
    return Number(this.#nextNonce - this.#account.nonce);
  }

  /** Transactions behind a gap. */
  get queued(): number {
    return this.size - this.pending;
  }

  /** First nonce that no consecutive transaction takes. */
  get nextNonce(): bigint {
    return this.#nextNonce;
  }

  /** Wei that all of them together can take. */
  get cost(): bigint {
    return this.#cost;
  }

  at(nonce: bigint): PoolEntry | undefined {
    return this.#byNonce.get(nonce);
  }

  put(entry: PoolEntry): void {
    this.remove(entry.transaction.nonce);
    this.#byNonce.set(entry.transaction.nonce, entry);
    this.#cost += maxCost(entry.transaction);
    this.#advance();
  }

  remove(nonce: bigint): PoolEntry | undefined {
    const entry = this.#byNonce.get(nonce);
    if (entry === undefined) return undefined;
    this.#byNonce.delete(nonce);
    this.#cost -= maxCost(entry.transaction);
    if (nonce >= this.#account.nonce && nonce < this.#nextNonce) this.#nextNonce = nonce;
    return entry;
  }

  entries(): IterableIterator<PoolEntry> {
    return this.#byNonce.values();
  }

  /** The one whose removal leaves no gap behind it. */
  last(): PoolEntry | undefined {
    let last: PoolEntry | undefined;
    for (const entry of this.#byNonce.values()) {
      if (last === undefined || entry.transaction.nonce > last.transaction.nonce) last = entry;
    }
    return last;
  }

  #advance(): void {
    while (this.#byNonce.has(this.#nextNonce)) this.#nextNonce++;
  }
}
