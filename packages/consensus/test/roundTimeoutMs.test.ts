import assert from "node:assert/strict";
import { roundTimeoutMs } from "../src/rounds/roundTimeoutMs.js";
import { LocalNode } from "./support/localNode.js";

describe("roundTimeoutMs", () => {
  const { config } = new LocalNode({ self: 0 }).state;

  it("C7: doubles per round up to the maximum, for every uint32 round", () => {
    const timeouts = [0, 1, 2, 3, 4, 33, 2 ** 32 - 1].map((round) => roundTimeoutMs(config, round));
    assert.deepEqual(timeouts, [4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it("C7: doubles at most six times", () => {
    const patient = { ...config, maxRequestTimeoutMs: Number.MAX_SAFE_INTEGER };
    assert.equal(roundTimeoutMs(patient, 7), 4000 * 64);
  });
});
