import { STRANGERS_CONSENSUS_RATE, STRANGERS_SERVED_RATE, STRANGERS_TRANSACTION_RATE } from "../limits.js";
import { RateLimiter } from "./rateLimiter.js";

/** What all strangers may take of the thread together, however many they are (N2, N5). */
export class StrangersShare {
  readonly consensus: RateLimiter;
  readonly served: RateLimiter;
  readonly transactions: RateLimiter;

  /** @param now monotonic milliseconds. */
  constructor(now: () => number) {
    this.consensus = new RateLimiter(STRANGERS_CONSENSUS_RATE, now);
    this.served = new RateLimiter(STRANGERS_SERVED_RATE, now);
    this.transactions = new RateLimiter(STRANGERS_TRANSACTION_RATE, now);
  }
}
