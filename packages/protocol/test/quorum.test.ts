import assert from "node:assert/strict";
import { maxFaulty, quorum } from "../src/quorum.js";

describe("quorum", () => {
  it("q = ceil(2n/3), f = floor((n-1)/3)", () => {
    const table = [
      [1, 0, 1],
      [2, 0, 2],
      [3, 0, 2],
      [4, 1, 3],
      [5, 1, 4],
      [6, 1, 4],
      [7, 2, 5],
      [10, 3, 7],
      [21, 6, 14],
      [64, 21, 43],
    ] as const;
    for (const [n, f, q] of table) assert.deepEqual([maxFaulty(n), quorum(n)], [f, q], `n = ${n}`);
  });

  it("two quorums share an honest validator, and the honest alone are one, for every n", () => {
    for (let n = 1; n <= 64; n++) {
      assert.ok(2 * quorum(n) - n > maxFaulty(n), `safety at n = ${n}`);
      assert.ok(n - maxFaulty(n) >= quorum(n), `liveness at n = ${n}`);
    }
  });
});
