import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { simulateSeed } from "../src/run/simulateSeed.js";

const SLOW_MS = 300_000;
const SEEDS = ["one", "two", "three"];

describe("a seed", () => {
  it("gives the same run twice in one process, and another seed another", async () => {
    const digests = new Set<string>();
    for (const seed of SEEDS) {
      const { digest, steps } = await simulateSeed(seed);
      const again = await simulateSeed(seed);
      assert.deepEqual([again.digest, again.steps], [digest, steps], seed);
      digests.add(digest);
    }
    assert.equal(digests.size, SEEDS.length);
  }).timeout(SLOW_MS);

  it("gives the same run in another process", async () => {
    const module = new URL("../src/run/simulateSeed.js", import.meta.url).href;
    for (const seed of SEEDS) {
      const { digest } = await simulateSeed(seed);
      const script = `console.log((await (await import(${JSON.stringify(module)})).simulateSeed(${JSON.stringify(seed)})).digest)`;
      const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
      assert.equal(stdout.trim(), digest, seed);
    }
  }).timeout(SLOW_MS);
});
