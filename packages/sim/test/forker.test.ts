import assert from "node:assert/strict";
import { quorum } from "@causeway/protocol/quorum";
import { runForker } from "../src/scenarios/forker.js";

const SLOW_MS = 300_000;
const SIZES = [
  { nodes: 4, seeds: 50 },
  { nodes: 5, seeds: 10 },
  { nodes: 7, seeds: 10 },
  { nodes: 10, seeds: 3 },
];

describe("the forker", () => {
  for (const { nodes, seeds } of SIZES) {
    const keys = 2 * quorum(nodes) - nodes;

    it(`F1: with ${keys} of ${nodes} keys forks in every one of ${seeds} runs, and the checkers see it`, async () => {
      for (let seed = 1; seed <= seeds; seed++) {
        const violation = await runForker(`fork ${seed}`, { nodes, keys });
        assert.equal(violation?.rule, "F1", `seed ${seed}: ${violation?.message ?? "no fork"}`);
      }
    }).timeout(SLOW_MS);

    it(`F1: with ${keys - 1} of ${nodes} keys never forks`, async () => {
      for (let seed = 1; seed <= Math.ceil(seeds / 5); seed++) {
        assert.equal(await runForker(`fork ${seed}`, { nodes, keys: keys - 1 }), null, `seed ${seed}`);
      }
    }).timeout(SLOW_MS);
  }
});
