import { RATE_BURST_SECONDS } from "../limits.js";

/** Two token buckets, messages and bytes; a bucket may go below zero by one message, whose debt delays the next. */
export class RateLimiter {
  private messages: number;
  private bytes: number;
  private last: number;

  /** @param now monotonic milliseconds. */
  constructor(
    private readonly rate: { readonly messages: number; readonly bytes: number },
    private readonly now: () => number,
  ) {
    this.messages = rate.messages * RATE_BURST_SECONDS;
    this.bytes = rate.bytes * RATE_BURST_SECONDS;
    this.last = now();
  }

  /**
   * Count one message of `size` bytes.
   * @param weight as many messages as it counts for.
   * @returns milliseconds to wait before reading the next, 0 within the rate.
   */
  take(size: number, weight = 1): number {
    this.refill();
    this.messages -= weight;
    this.bytes -= size;
    const debt = Math.max(-this.messages / this.rate.messages, -this.bytes / this.rate.bytes);
    return debt > 0 ? debt * 1_000 : 0;
  }

  /** What was taken turned out to be so much less, or with a minus more. */
  giveBack(size: number, weight: number): void {
    this.refill();
    this.messages = Math.min(this.rate.messages * RATE_BURST_SECONDS, this.messages + weight);
    this.bytes = Math.min(this.rate.bytes * RATE_BURST_SECONDS, this.bytes + size);
  }

  /** Count one message only if it is within the rate. */
  tryTake(size: number): boolean {
    this.refill();
    if (this.messages < 1 || this.bytes < size) return false;
    this.messages -= 1;
    this.bytes -= size;
    return true;
  }

  private refill(): void {
    const now = this.now();
    const seconds = (now - this.last) / 1_000;
    this.last = now;
    this.messages = Math.min(
      this.rate.messages * RATE_BURST_SECONDS,
      this.messages + seconds * this.rate.messages,
    );
    this.bytes = Math.min(this.rate.bytes * RATE_BURST_SECONDS, this.bytes + seconds * this.rate.bytes);
  }
}
