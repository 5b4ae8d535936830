import type { Origin, PoolEntry } from "./poolEntry.js";

/** Entries gone may be so many times those alive, before the list of an origin is cleaned. */
const STALE_FACTOR = 2;
const STALE_MIN = 64;

/**
 * How much of the pool each origin has brought. Where gas is free, everybody pays the same and an account costs nothing:
 * what can be shared out fairly is the pool, among the connections it is filled by (H6).
 */
export class OriginShares {
  /** Of each origin the entries it brought, the newest last, among them some that are gone. */
  readonly #brought = new Map<Origin, PoolEntry[]>();
  readonly #alive = new Map<Origin, number>();
  readonly #isPooled: (entry: PoolEntry) => boolean;
  /** Highest turn of each origin. */
  readonly #lastTurns = new Map<Origin, number>();
  /** Highest turn that a block has taken. */
  #served = 0;

  constructor(isPooled: (entry: PoolEntry) => boolean) {
    this.#isPooled = isPooled;
  }

  count(origin: Origin): number {
    return this.#alive.get(origin) ?? 0;
  }

  /**
   * The turn of an origin's next entry: one after its last, so that blocks take of each origin in turn, and none below what
   * blocks have come to, so that nobody saves turns up.
   */
  nextTurn(origin: Origin): number {
    return Math.max(this.#served, (this.#lastTurns.get(origin) ?? -1) + 1);
  }

  /** A block took an entry. */
  served({ turn }: PoolEntry): void {
    this.#served = Math.max(this.#served, turn);
  }

  added(entry: PoolEntry): void {
    const { origin } = entry;
    // An older one may come back, having made room for what was refused after all.
    this.#lastTurns.set(origin, Math.max(entry.turn, this.#lastTurns.get(origin) ?? 0));
    const brought = this.#brought.get(origin) ?? [];
    brought.push(entry);
    const alive = this.count(origin) + 1;
    this.#alive.set(origin, alive);
    const bloated = brought.length > STALE_FACTOR * alive + STALE_MIN;
    this.#brought.set(origin, bloated ? brought.filter(this.#isPooled) : brought);
  }

  removed({ origin }: PoolEntry): void {
    const alive = this.count(origin) - 1;
    if (alive > 0) {
      this.#alive.set(origin, alive);
      return;
    }
    this.#alive.delete(origin);
    this.#lastTurns.delete(origin);
    this.#brought.delete(origin);
  }

  /** The newest entry of the origin that has brought most, if that is more than one more than `origin` has. */
  newestOfLargest(origin: Origin): PoolEntry | null {
    let largest = origin;
    for (const other of this.#alive.keys()) if (this.count(other) > this.count(largest)) largest = other;
    if (this.count(largest) <= this.count(origin) + 1) return null;
    const brought = this.#brought.get(largest) ?? [];
    for (let last = brought.at(-1); last !== undefined; last = brought.at(-1)) {
      if (this.#isPooled(last)) return last;
      brought.pop();
    }
    return null;
  }
}
