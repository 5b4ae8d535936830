import type { Clock } from "../ports/clock.js";

/** A peer that failed is not asked again for this long, doubling with each failure in a row up to the cap. */
const REST_FIRST_MS = 2_000;
const REST_CAP_MS = 60_000;
/** Peers remembered, also when gone: who hangs up and calls again is no new peer. The oldest are forgotten. */
const STANDINGS_MAX = 1_024;

interface Standing {
  /** Failures and slow answers since the last good one. */
  strikes: number;
  /** Monotonic time until which the peer is not asked. */
  restingUntilMs: number;
}

/** How peers have served blocks so far: who fails rests ever longer, and is asked after those who did not. */
export class PeerStandings {
  readonly #clock: Clock;
  readonly #standings = new Map<string, Standing>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isResting(peer: string): boolean {
    return (this.#standings.get(peer)?.restingUntilMs ?? 0) > this.#clock.monotonicMs();
  }

  strikes(peer: string): number {
    return this.#standings.get(peer)?.strikes ?? 0;
  }

  served(peer: string): void {
    this.#of(peer).strikes = 0;
  }

  /** It answered, but so slowly that others come first. */
  slow(peer: string): void {
    this.#of(peer).strikes += 1;
  }

  failed(peer: string): void {
    const standing = this.#of(peer);
    this.#rest(standing, Math.min(REST_CAP_MS, REST_FIRST_MS * 2 ** standing.strikes));
    standing.strikes += 1;
  }

  /** It broke a rule: the longest rest at once. */
  lied(peer: string): void {
    const standing = this.#of(peer);
    this.#rest(standing, REST_CAP_MS);
    standing.strikes += 1;
  }

  #rest(standing: Standing, ms: number): void {
    standing.restingUntilMs = Math.max(standing.restingUntilMs, this.#clock.monotonicMs() + ms);
  }

  #of(peer: string): Standing {
    const standing = this.#standings.get(peer) ?? { strikes: 0, restingUntilMs: 0 };
    this.#standings.delete(peer);
    this.#standings.set(peer, standing);
    const [oldest] = this.#standings.keys();
    if (this.#standings.size > STANDINGS_MAX && oldest !== undefined) this.#standings.delete(oldest);
    return standing;
  }
}
