import assert from "node:assert/strict";
import { RATE_BURST_SECONDS } from "../../src/limits.js";
import { RateLimiter } from "../../src/rates/rateLimiter.js";

describe("RateLimiter", () => {
  let now: number;
  let limiter: RateLimiter;
  beforeEach(() => {
    now = 0;
    limiter = new RateLimiter({ messages: 10, bytes: 1_000 }, () => now);
  });

  it("lets a burst through, then asks to wait as long as the rate needs", () => {
    for (let i = 0; i < 10 * RATE_BURST_SECONDS; i++) assert.equal(limiter.take(0), 0);
    assert.equal(limiter.take(0), 100);
    now += 100;
    assert.equal(limiter.take(0), 100);
  });

  it("counts a message as often as it weighs", () => {
    assert.equal(limiter.take(0, 10 * RATE_BURST_SECONDS), 0);
    assert.equal(limiter.take(0, 5), 500);
  });

  it("counts bytes as well", () => {
    assert.equal(limiter.take(1_000 * RATE_BURST_SECONDS), 0);
    assert.equal(limiter.take(500), 500);
  });

  it("refuses beyond the rate without taking", () => {
    assert.equal(limiter.tryTake(1_000 * RATE_BURST_SECONDS), true);
    assert.equal(limiter.tryTake(1), false);
    now += 1;
    assert.equal(limiter.tryTake(1), true);
  });
});
