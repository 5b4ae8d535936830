import type { Address } from "@causeway/protocol/hex";
import type { PoolEntry } from "./poolEntry.js";

export interface SenderAccount {
  readonly nonce: bigint;
  readonly balance: bigint;
  /** Its code is a delegation (EIP-7702). */
  readonly delegated: boolean;
}

/**
 * One sender's transactions by nonce. From its account's nonce on, those without a gap whose costs together its balance
 * covers are pending; all others are queued.
 */
export class SenderQueue {
  readonly address: Address;
  #account: SenderAccount;
  readonly #byNonce = new Map<bigint, PoolEntry>();
  /** Ascending. */
  #nonces: bigint[] = [];
  #nextNonce: bigint;
  #pendingCost = 0n;
  #version = 0;

  constructor(address: Address, account: SenderAccount) {
    this.address = address;
    this.#account = account;
    this.#nextNonce = account.nonce;
  }

  get account(): SenderAccount {
    return this.#account;
  }

  /**
   * Take the account as another head left it.
   * @returns what that or `gasMax` makes void and is no longer here: nonces that are used, costs above its whole balance.
   */
  reset(account: SenderAccount, gasMax: bigint): PoolEntry[] {
    const dropped: PoolEntry[] = [];
    this.#nonces = this.#nonces.filter((nonce) => {
      const entry = this.#byNonce.get(nonce) as PoolEntry;
      if (nonce >= account.nonce && entry.cost <= account.balance && entry.transaction.gas <= gasMax)
        return true;
      this.#byNonce.delete(nonce);
      dropped.push(entry);
      return false;
    });
    this.#account = account;
    this.#nextNonce = account.nonce;
    this.#pendingCost = 0n;
    this.#advance();
    return dropped;
  }

  /** Another after each change. */
  get version(): number {
    return this.#version;
  }

  get size(): number {
    return this.#nonces.length;
  }

  get pending(): number {
    return Number(this.#nextNonce - this.#account.nonce);
  }

  get queued(): number {
    return this.size - this.pending;
  }

  /** First nonce that no pending transaction takes. */
  get nextNonce(): bigint {
    return this.#nextNonce;
  }

  /** Wei that the pending ones together can take. */
  get pendingCost(): bigint {
    return this.#pendingCost;
  }

  /** Whether what comes next waits for nothing but funds. */
  get lacksFunds(): boolean {
    return this.#byNonce.has(this.#nextNonce);
  }

  at(nonce: bigint): PoolEntry | undefined {
    return this.#byNonce.get(nonce);
  }

  /** The one whose removal leaves no gap behind it. */
  last(): PoolEntry | undefined {
    const nonce = this.#nonces.at(-1);
    return nonce === undefined ? undefined : this.#byNonce.get(nonce);
  }

  /** In the order of their nonces. */
  *entries(): Generator<PoolEntry> {
    for (const nonce of this.#nonces) yield this.#byNonce.get(nonce) as PoolEntry;
  }

  /** The pending ones in order, from a nonce on that is not below the account's. */
  *pendingEntries(from: bigint = this.#account.nonce): Generator<PoolEntry> {
    for (let nonce = from; nonce < this.#nextNonce; nonce++) {
      yield this.#byNonce.get(nonce) as PoolEntry;
    }
  }

  /** In the place of one of the same nonce, if there is any. */
  put(entry: PoolEntry): void {
    const { nonce } = entry.transaction;
    this.remove(nonce);
    this.#byNonce.set(nonce, entry);
    this.#nonces.splice(this.#place(nonce), 0, nonce);
    this.#advance();
  }

  remove(nonce: bigint): void {
    if (!this.#byNonce.has(nonce)) return;
    // What comes after a pending one that goes is queued.
    while (this.#nextNonce > nonce && this.#nextNonce > this.#account.nonce) {
      this.#nextNonce--;
      this.#pendingCost -= this.#byNonce.get(this.#nextNonce)?.cost ?? 0n;
    }
    this.#byNonce.delete(nonce);
    this.#nonces.splice(this.#place(nonce), 1);
    this.#advance();
  }

  #advance(): void {
    this.#version++;
    for (;;) {
      const next = this.#byNonce.get(this.#nextNonce);
      if (next === undefined || this.#pendingCost + next.cost > this.#account.balance) return;
      this.#pendingCost += next.cost;
      this.#nextNonce++;
    }
  }

  /** Where a nonce stands, or would. Most arrive in order: looks at the end first. */
  #place(nonce: bigint): number {
    let [low, high] = [0, this.#nonces.length];
    if ((this.#nonces[high - 1] ?? -1n) < nonce) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#nonces[middle] as bigint) < nonce) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
