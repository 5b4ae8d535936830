import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type Checkpoint,
  checkpointDigest,
  checkpointsConflict,
  checkpointsEqual,
} from "../src/checkpoint.js";
import { checkpoints } from "./support/arbitraries.js";
import { domain } from "./support/validators.js";

/** Every field, changed to another value of its type. */
function changed(c: Checkpoint): [keyof Checkpoint, Checkpoint][] {
  return (Object.keys(c) as (keyof Checkpoint)[]).map((field) => {
    const value = c[field];
    const other =
      typeof value === "number" ? value ^ 1 : `${value.slice(0, -1)}${value.endsWith("0") ? "1" : "0"}`;
    return [field, { ...c, [field]: other } as Checkpoint];
  });
}

const small = checkpoints.map((c) => ({
  ...c,
  height: c.height % 2 ** 30,
  timestamp: c.timestamp % 2 ** 30,
  round: c.round % 2 ** 30,
  outboxCount: c.outboxCount % 2 ** 30,
  inboxCount: c.inboxCount % 2 ** 30,
}));

describe("checkpoint", () => {
  it("C3: equal means every field", () => {
    fc.assert(
      fc.property(small, (c) => {
        assert.equal(checkpointsEqual(c, { ...c }), true);
        for (const [field, other] of changed(c)) assert.equal(checkpointsEqual(c, other), false, field);
      }),
    );
  });

  it("C3: every field is signed", () => {
    fc.assert(
      fc.property(small, (c) => {
        const digests = [c, ...changed(c).map(([, other]) => other)].map((x) => checkpointDigest(domain, x));
        assert.equal(new Set(digests).size, digests.length);
      }),
    );
  });

  it("F2: at one height every field but the round conflicts", () => {
    fc.assert(
      fc.property(small, (c) => {
        assert.equal(checkpointsConflict(c, c), false);
        for (const [field, other] of changed(c)) {
          if (field === "height") continue;
          assert.equal(checkpointsConflict(c, other), field !== "round", field);
          assert.equal(checkpointsConflict(other, c), field !== "round", field);
        }
      }),
    );
  });

  it("F2: a lower height whose time is not lower conflicts, whichever comes first", () => {
    const [c] = fc.sample(checkpoints, { numRuns: 1, seed: 7 }) as [Checkpoint];
    const low = { ...c, height: 5, timestamp: 100 };
    for (const [timestamp, conflict] of [
      [99, true],
      [100, true],
      [101, false],
    ] as const) {
      const high = { ...c, height: 6, timestamp };
      assert.equal(checkpointsConflict(low, high), conflict);
      assert.equal(checkpointsConflict(high, low), conflict);
    }
  });
});
