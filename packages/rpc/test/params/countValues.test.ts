import assert from "node:assert/strict";
import { z } from "zod";
import { countValues } from "../../src/params/countValues.js";
import { parseParams } from "../../src/params/parseParams.js";

describe("the values of parameters", () => {
  it("are counted at all depths, up to the bound and one more", () => {
    for (const [value, count] of [
      ...([
        [null, 0],
        ["text", 0],
        [[], 0],
        [[1, "a", null], 3],
      ] as const),
      ...([
        [{ a: 1, b: [1, 2] }, 4],
        [[[[[]]]], 3],
        [{ a: { b: { c: {} } } }, 3],
      ] as const),
    ] as const) {
      assert.equal(countValues(value, 10), count, JSON.stringify(value));
    }
    assert.equal(countValues(Array(10).fill(0), 10), 10);
    assert.equal(countValues(Array(11).fill(0), 10), 11);
    assert.equal(countValues(Array(1_000).fill([0]), 10), 11);
    assert.equal(
      countValues(
        [
          [1, 2, 3, 4, 5],
          [1, 2, 3, 4, 5],
        ],
        10,
      ),
      11,
    );
  });

  it("are bounded before anything looks at each", () => {
    let looked = 0;
    const list = z.array(z.unknown().refine(() => ++looked > 0));
    const params = (count: number) => [Array.from({ length: count }, () => 0)];
    assert.throws(() => parseParams([list], params(100_000)), {
      code: -32_602,
      message: "the arguments hold too many values, want at most 100000",
    });
    assert.equal(looked, 0);
    parseParams([list], params(99_999));
    assert.equal(looked, 99_999);
  });
});
