import assert from "node:assert/strict";
import { IncomingBytes } from "../src/incomingBytes.js";

describe("IncomingBytes", () => {
  it("takes up to its bound of all together, and nothing of what does not fit", () => {
    const incoming = new IncomingBytes(100);
    const [one, other] = [incoming.open(), incoming.open()];
    assert.deepEqual([one.take(60), other.take(41), other.take(40), one.take(1)], [true, false, true, false]);
    other.give(1);
    assert.deepEqual([one.take(1), one.take(1)], [true, false]);
  });

  it("gets back from nobody more than he holds, though he gives it twice", () => {
    const incoming = new IncomingBytes(100);
    const [one, other] = [incoming.open(), incoming.open()];
    one.take(60);
    one.release();
    one.give(60);
    assert.deepEqual([other.take(101), other.take(100)], [false, true]);
  });
});
