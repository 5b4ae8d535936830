import assert from "node:assert/strict";
import { SharedBound } from "../../src/server/sharedBound.js";

describe("SharedBound", () => {
  it("takes up to its bound of all together, and nothing of what does not fit", () => {
    const bound = new SharedBound(100);
    const [one, other] = [bound.open(), bound.open()];
    assert.deepEqual([one.take(60), other.take(41), other.take(40), one.take(1)], [true, false, true, false]);
    other.give(1);
    assert.deepEqual([one.take(1), one.take(1)], [true, false]);
  });

  it("gets back from nobody more than he holds, though he gives it twice", () => {
    const bound = new SharedBound(100);
    const [one, other] = [bound.open(), bound.open()];
    one.take(60);
    one.release();
    one.give(60);
    assert.deepEqual([other.take(101), other.take(100)], [false, true]);
  });
});
