import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { missingCoverage } from "../src/run/requiredCoverage.js";
import { runSeeds, type Summary } from "../src/run/runSeeds.js";

const WORKERS = 2;
/** What every run of this test repeats, and what only this run tries. */
const FIXED_SEED = "causeway";
const FIXED_RUNS = 60;
const FRESH_RUNS = 60;

describe("a sample of simulated networks", function () {
  this.timeout(300_000);

  it(`F1 F2 C3 C15 W1 W4 H1 N3 N5: ${FIXED_RUNS} fixed seeds break no rule and go on when healed`, async () => {
    const { coverage } = await passes(FIXED_SEED, FIXED_RUNS);
    assert.deepEqual(missingCoverage(coverage), [], "what these seeds no longer show; others may");
    for (const [what, times] of Object.entries(coverage)) console.log(`      ${what}: ${times}`);
  });

  const fresh = randomBytes(6).toString("hex");
  it(`F1 F2 C3 C15 W1 W4 H1 N3 N5: ${FRESH_RUNS} fresh seeds from ${fresh} break no rule and go on when healed`, async () => {
    await passes(fresh, FRESH_RUNS);
  });

  it("gives the same digest for a seed whatever the number of workers, and another for another seed", async () => {
    const alone = await sample(FIXED_SEED, 4, 1);
    const together = await sample(FIXED_SEED, 4, WORKERS);
    const other = await sample(`${FIXED_SEED} other`, 4, WORKERS);
    assert.equal(alone.summary.digest, together.summary.digest);
    assert.notEqual(alone.summary.digest, other.summary.digest);
  });
});

async function passes(seed: string, runs: number): Promise<Summary> {
  const { summary, failures } = await sample(seed, runs, WORKERS);
  assert.deepEqual(failures, []);
  assert.equal(summary.passed, runs);
  assert.ok(summary.heights >= runs, `${summary.heights} heights in ${runs} runs`);
  return summary;
}

async function sample(
  seed: string,
  runs: number,
  workers: number,
): Promise<{ summary: Summary; failures: string[] }> {
  const failures: string[] = [];
  const summary = await runSeeds({
    seed,
    runs,
    workers,
    execution: null,
    onBegin: () => {},
    onEnd: (_index, { seed: own, violation }) => {
      if (violation !== null) failures.push(`causeway sim --seed ${own} --trace: ${violation.message}`);
    },
  });
  return { summary, failures };
}
