import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { FINDING_SEEDS } from "../src/mutations/findingSeeds.js";
import { findMutation, type Outcome } from "../src/mutations/findMutation.js";
import { inTurns } from "../src/mutations/inTurns.js";
import { isFinding } from "../src/mutations/isFinding.js";
import { mutate } from "../src/mutations/mutate.js";
import { MUTATIONS } from "../src/mutations/mutations.js";

/** Search with random seeds only, as `npm run sim:mutations` does; else the seeds that once found each come first. */
const ALL = process.env.CAUSEWAY_SIM_MUTATIONS === "all";
const RUNS_MAX = ALL ? 5_000 : 300;
const PROCESSES = 2;
const HEALTHY_RUNS = 10;
const ROUND_ONLY = "certificates that differ in the round";
/** Each once: every seed that has to tell mutated code from healthy code. */
const REAL = new Set(MUTATIONS.filter(({ execution }) => execution === "real").map(({ name }) => name));
const [REAL_SEEDS, MODEL_SEEDS] = [seedsOf((name) => REAL.has(name)), seedsOf((name) => !REAL.has(name))];

describe("mutations of production code, found by the simulator", function () {
  this.timeout(ALL ? 6 * 3_600_000 : 240_000);
  const base = randomBytes(6).toString("hex");
  let searches: readonly Promise<Outcome>[] = [];

  before(() => {
    const tasks = MUTATIONS.map(
      (mutation) => () =>
        findMutation(mutation, {
          first: ALL ? [] : (FINDING_SEEDS[mutation.name] ?? []),
          base,
          count: RUNS_MAX,
        }),
    );
    searches = inTurns(tasks, PROCESSES);
  });

  for (const [i, { name, rule, breaks }] of MUTATIONS.entries()) {
    it(`${rule}: ${name}. ${breaks}`, async () => {
      const { runs, found } = (await searches[i]) as Outcome;
      assert.ok(
        found !== null,
        `not found in ${runs} runs from seed ${base}; search longer: npm run sim:mutations ${name}`,
      );
    });
  }

  it("F2: healthy code passes all the same seeds; certificates that differ in the round only arise and stop nothing", async () => {
    const { runs, found, coverage } = await findMutation(null, {
      first: MODEL_SEEDS,
      base,
      count: HEALTHY_RUNS,
    });
    assert.equal(found, null);
    assert.equal(runs, MODEL_SEEDS.length + HEALTHY_RUNS);
    assert.ok((coverage[ROUND_ONLY] ?? 0) > 0, "no two such certificates arose");
  });

  it("F2: healthy code passes the seeds of those that are found with real execution", async () => {
    const { runs, found } = await findMutation(null, { first: REAL_SEEDS, base, count: 0 }, "real");
    assert.equal(found, null);
    assert.equal(runs, REAL_SEEDS.length);
  });
});

function seedsOf(finds: (mutation: string) => boolean): string[] {
  return [...new Set(Object.entries(FINDING_SEEDS).flatMap(([name, seeds]) => (finds(name) ? seeds : [])))];
}

describe("isFinding", () => {
  it("takes a rule that is broken, and no fault of the simulator's own", () => {
    const rules = ["C3", "liveness", "simulator", "bounds"];
    assert.deepEqual(rules.map(isFinding), [true, true, false, false]);
  });
});

describe("mutate", () => {
  const edit = { module: "m", from: "a < b", to: "a > b" };

  it("replaces the text", () => {
    assert.equal(mutate("if (a < b) c;", edit), "if (a > b) c;");
  });

  it("refuses text that is missing or there twice: the code moved on", () => {
    assert.throws(() => mutate("if (a <= b) c;", edit), /found 0 times/);
    assert.throws(() => mutate("if (a < b || !(a < b)) c;", edit), /found 2 times/);
  });
});
