import assert from "node:assert/strict";
import { PENDING_NUMBERS_MAX, PendingNumbers } from "../src/pendingNumbers.js";

describe("PendingNumbers", () => {
  it("offers the highest final number until it is dealt with or settled", () => {
    const pending = new PendingNumbers();
    pending.add([64, 32, 96, 64]);
    assert.equal(pending.newest(95), 64);
    pending.remove(64);
    assert.equal(pending.newest(95), 32);
    pending.settle(32);
    assert.equal(pending.newest(95), null);
    assert.equal(pending.has(96), true);
  });

  it("stays small when an attester votes on the whole future, and keeps what is near (B7)", () => {
    const pending = new PendingNumbers();
    const future = Array.from({ length: 3 * PENDING_NUMBERS_MAX }, (_, i) => 1_000_000 + i);
    pending.add(future);
    pending.add([32]);
    assert.equal(pending.size, PENDING_NUMBERS_MAX);
    assert.equal(pending.newest(100), 32);
  });
});
