import assert from "node:assert/strict";
import { oncePerSecond } from "../src/messages/oncePerSecond.js";

describe("oncePerSecond", () => {
  it("C11: allows a peer again after a second, and forgets those it no longer limits", () => {
    const first = oncePerSecond(new Map(), "a", 1000);
    assert(first !== null);
    assert.equal(oncePerSecond(first, "a", 1999), null);
    assert.deepEqual(
      oncePerSecond(first, "b", 1999),
      new Map([
        ["a", 1000],
        ["b", 1999],
      ]),
    );
    assert.deepEqual(oncePerSecond(first, "b", 2000), new Map([["b", 2000]]));
  });

  it("C13: a wall clock set back silences nobody", () => {
    const first = oncePerSecond(new Map(), "a", 1_000_000);
    assert(first !== null);
    assert.deepEqual(oncePerSecond(first, "a", 5), new Map([["a", 5]]));
  });
});
