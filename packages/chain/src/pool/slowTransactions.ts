import type { Address, Hash } from "@causeway/protocol/hex";
import { type Interruption, LIGHT_GAS } from "../execution/fillBlock.js";
import type { Transaction } from "../types/transaction.js";
import { rejection } from "./poolRejection.js";

/** A transaction that was broken off is under suspicion once it has taken so large a part of a block's time for nothing. */
const SUSPICION_SHARE = 0.25;
/** A suspect is tried again only where so large a part of a block's time is left, after all others. */
const RETRY_SHARE = 0.75;
/** A retry that ended without a verdict may be the machine's fault; so many are not. */
const RETRIES_MAX = 3;
/** Transactions broken off, dropped hashes and penalised senders remembered, each; the oldest are forgotten first. */
const REMEMBERED_MAX = 1_024;
const FIRST_PENALTY_MS = 60_000;
const PENALTY_MS_MAX = 60 * 60_000;
/** A sender that has kept still for so long after a penalty starts anew. */
const FORGIVEN_MS = 60 * 60_000;

interface Suspicion {
  /** Taken by all runs that were broken off, in milliseconds. */
  readonly spentMs: number;
  readonly suspect: boolean;
  readonly retries: number;
}

/**
 * Transactions that take too long to execute, and who sends them (H4). One that is broken off is at first only suspected,
 * for others or the machine may have taken the time: it runs again after all others, where most of a block's time is left.
 * Broken off again, it is slow, and its sender's heavy transactions are refused for a while, longer each time.
 */
export class SlowTransactions {
  readonly #now: () => number;
  readonly #suspicions = new Bounded<Hash, Suspicion>();
  readonly #dropped = new Bounded<Hash, number>();
  readonly #senders = new Bounded<Address, { readonly until: number; readonly penaltyMs: number }>();

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws PoolRejection for what was dropped before, and for heavy transactions of a penalised sender. */
  check({ hash, from, gas }: Transaction): void {
    const now = this.#now();
    const until = Math.max(this.#dropped.get(hash) ?? 0, this.#senders.get(from)?.until ?? 0);
    if (gas <= LIGHT_GAS || until <= now) return;
    const seconds = Math.ceil((until - now) / 1_000);
    throw rejection(
      "slow",
      `transaction execution too slow: address ${from} may not use more than ${LIGHT_GAS} gas for ${seconds} s (H4)`,
    );
  }

  isSuspect(hash: Hash): boolean {
    return this.#suspicions.get(hash)?.suspect ?? false;
  }

  /** Whether a suspect may be tried with so much of a block's time left. */
  mayRetry(msLeft: number, budgetMs: number): boolean {
    return msLeft >= RETRY_SHARE * budgetMs;
  }

  /** @returns whether the transaction belongs out of the pool. */
  interrupted({ transaction, spentMs, budgetMs }: Interruption): boolean {
    const { hash, from } = transaction;
    const before = this.#suspicions.get(hash) ?? { spentMs: 0, suspect: false, retries: 0 };
    if (!before.suspect) {
      const spent = before.spentMs + spentMs;
      this.#suspicions.set(hash, { ...before, spentMs: spent, suspect: spent >= SUSPICION_SHARE * budgetMs });
      return false;
    }
    const slow = spentMs >= RETRY_SHARE * budgetMs;
    const retries = before.retries + 1;
    if (!slow && retries < RETRIES_MAX) {
      this.#suspicions.set(hash, { ...before, retries });
      return false;
    }
    this.#suspicions.delete(hash);
    this.#dropped.set(hash, this.#now() + (slow ? PENALTY_MS_MAX : FIRST_PENALTY_MS));
    if (slow) this.#penalise(from);
    return true;
  }

  /** It ran to its end. */
  forget(hash: Hash): void {
    this.#suspicions.delete(hash);
  }

  #penalise(sender: Address): void {
    const now = this.#now();
    const last = this.#senders.get(sender);
    const again = last !== undefined && now < last.until + FORGIVEN_MS;
    const penaltyMs = again ? Math.min(2 * last.penaltyMs, PENALTY_MS_MAX) : FIRST_PENALTY_MS;
    this.#senders.set(sender, { until: now + penaltyMs, penaltyMs });
  }
}

/** A map that forgets what was set longest ago. */
class Bounded<K, V> {
  readonly #map = new Map<K, V>();

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.delete(key);
    this.#map.set(key, value);
    if (this.#map.size > REMEMBERED_MAX) this.#map.delete(this.#map.keys().next().value as K);
  }

  delete(key: K): void {
    this.#map.delete(key);
  }
}
