import assert from "node:assert/strict";
import { MUTATION_VARIABLE } from "@causeway/sim/mutations/mutationVariable";
import { Coverage } from "@causeway/sim/run/coverage";
import { REQUIRED_COVERAGE } from "@causeway/sim/run/requiredCoverage";
import { digestOf, seedOfRun } from "@causeway/sim/run/runSeeds";
import { type RunResult, simulateSeed } from "@causeway/sim/run/simulateSeed";
import { causeway, pasted } from "../support/causeway.js";

const RUNS = 3;
/** With every kind of character that a seed may have. */
const SEED = "Seed_0-g.7";
const DIGEST = /^digest 0x[0-9a-f]{64}$/;

/** Environment of a process that loads a module before everything else, as do those it starts. */
const importing = (module: string) => ({ NODE_OPTIONS: `--import ${import.meta.resolve(module)}` });
/** A mistake in production code that breaks C2, C3 or C8 in nearly every network. */
const BROKEN = {
  ...importing("@causeway/sim/mutations/registerMutation"),
  [MUTATION_VARIABLE]: "quorum-rounded-down",
};

const lastLine = (stdout: string) =>
  /([^\n]*)\n$/.exec(stdout)?.[1] ?? assert.fail(`no whole line: ${stdout}`);

/** What is printed of a run that broke no rule. */
function passed(index: number, { heights, virtualMs, steps }: RunResult): string {
  const seconds = (virtualMs / 1_000).toFixed(1);
  return `run ${index} ok: ${heights} heights in ${seconds} s of virtual time, ${steps} events`;
}

describe("causeway sim", function () {
  this.timeout(240_000);
  /** The same networks, simulated by this process. */
  const results: RunResult[] = [];

  before(async () => {
    for (let index = 0; index < RUNS; index++) results.push(await simulateSeed(seedOfRun(SEED, index)));
  });

  describe("of several networks that break no rule", () => {
    const args = ["sim", "--seed", SEED, "--runs", String(RUNS)];
    let stdout: string;
    let lines: readonly string[];

    before(() => {
      const ended = causeway(args);
      assert.equal(ended.status, 0, ended.stderr);
      assert.equal(ended.stderr, "");
      stdout = ended.stdout;
      lines = stdout.split("\n");
    });

    it("prints the seed first, then every knob of a run before what came of it", () => {
      assert.equal(lines[0], `seed ${SEED}, ${RUNS} runs`);
      const begun = lines.map((line) => /^run (\d+) seed (\S+) knobs (.*)$/.exec(line));
      const firstEnd = lines.findIndex((line) => line.startsWith("run ") && line.includes(" heights in "));
      assert.ok(firstEnd > 1 && begun.slice(1, firstEnd).every((knobs) => knobs !== null), lines[1]);
      for (const [index, result] of results.entries()) {
        const from = begun.findIndex((knobs) => knobs?.[1] === String(index));
        const [, , seed, knobs = ""] = begun[from] ?? assert.fail(`knobs of run ${index}`);
        assert.equal(seed, result.seed);
        assert.deepEqual(JSON.parse(knobs), result.knobs);
        assert.ok(lines.indexOf(passed(index, result)) > from, stdout.slice(-4_000));
      }
    });

    it("ends with a digest over all of them, the same the next time", () => {
      assert.match(lastLine(stdout), DIGEST);
      assert.equal(lastLine(stdout), `digest ${digestOf(results.map(({ digest }) => digest))}`);
      const again = causeway(args);
      assert.equal(again.status, 0, again.stderr);
      assert.equal(lastLine(again.stdout), lastLine(stdout));
    });

    it("counts what happened, over all of them", () => {
      const coverage = new Coverage();
      for (const result of results) coverage.merge(result.coverage);
      const from = lines.indexOf("what happened, and how often");
      const table = lines.slice(from + 1, lines.indexOf("", from));
      const rows = table.map((line) => /^ {2}(\S.*?) +(\d+)$/.exec(line) ?? assert.fail(line));
      assert.deepEqual(
        Object.fromEntries(rows.map(([, what, times]) => [what, Number(times)])),
        coverage.table(),
      );
      const heights = results.reduce((sum, result) => sum + result.heights, 0);
      assert.match(stdout, new RegExp(`\n${RUNS} of ${RUNS} runs passed, ${heights} heights, `));
    });
  });

  it("of a single network: the seed, a line for every knob, then what happens; any run of many is repeated so", () => {
    const result = results[RUNS - 1] ?? assert.fail("nothing was simulated");
    const { status, stdout, stderr } = causeway(["sim", "--seed", result.seed, "--trace"]);
    assert.equal(status, 0, stderr);
    const [first, ...rest] = stdout.split("\n");
    assert.equal(first, `seed ${result.seed}, 1 run`);
    const knobs = Object.entries(result.knobs);
    const printed = rest.slice(0, knobs.length).map((line) => /^ {2}(\S+) +(\S.*)$/.exec(line)?.slice(1));
    assert.deepEqual(
      printed,
      knobs.map(([name, value]) => [name, JSON.stringify(value)]),
    );
    const events = rest.slice(knobs.length, rest.indexOf(passed(0, result)));
    assert.ok(events.length > 0, "no event is told");
    for (const event of events) assert.match(event, /^ *\d+\.\d{3} s {2}(world|node \d+) /);
    assert.equal(lastLine(stdout), `digest ${digestOf([result.digest])}`);
  });

  it("exits with 1 when a rule broke, names it, and prints the command that breaks it again", () => {
    const broken = ["sim", "--seed", SEED, "--runs", String(RUNS), "--execution", "model"];
    const { status, stdout, stderr } = causeway(broken, BROKEN);
    assert.equal(status, 1, stdout.slice(-4_000));
    assert.match(lastLine(stdout), DIGEST);
    const failures = [
      ...stdout.matchAll(/^run (\d+) FAILED after (.* events: C[238]: .+)\n {2}again: (.+)$/gm),
    ];
    assert.ok(failures.length > 0, stdout.slice(-4_000));
    assert.equal(
      stderr,
      `causeway: ${failures.length} of the simulated networks broke a rule; each is repeated by the command printed with it\n`,
    );
    assert.match(stdout, new RegExp(`\n${RUNS - failures.length} of ${RUNS} runs passed, `));

    const [, index, what = "", command = ""] = failures.at(-1) ?? [];
    const seed = seedOfRun(SEED, Number(index));
    assert.equal(command, `causeway sim --seed ${seed} --execution model --trace`);
    const again = pasted(command, BROKEN);
    assert.equal(again.status, 1, again.stderr);
    assert.ok(again.stdout.includes(`\nrun 0 FAILED after ${what}\n`), again.stdout.slice(-4_000));
    const alone = causeway(["sim", "--seed", seed, "--execution", "model"], BROKEN);
    assert.equal(alone.status, 1, alone.stderr);
    assert.equal(lastLine(again.stdout), lastLine(alone.stdout));
    // Of the mistake it came, not of the seed.
    assert.equal(pasted(command).status, 0);
  });

  it("exits with 1 when a large sample never showed what it has to, and names that", () => {
    const early = importing("../support/earlyCoverage.js");
    const sample = (runs: number) => causeway(["sim", "--seed", SEED, "--runs", String(runs)], early);
    const { status, stdout, stderr } = sample(2);
    const shown = new Coverage();
    for (const result of results.slice(0, 2)) shown.merge(result.coverage);
    const missing = REQUIRED_COVERAGE.filter((what) => shown.count(what) === 0);
    assert.ok(
      missing.length > 0 && missing.length < REQUIRED_COVERAGE.length,
      `${missing.length} are missing`,
    );
    assert.equal(stderr, `causeway: never happened in 2 runs: ${missing.join(", ")}\n`);
    assert.equal(status, 1);
    assert.deepEqual(
      [...stdout.matchAll(/^ {2}(\S.*?) +NEVER$/gm)].map(([, what]) => what),
      missing,
    );
    assert.match(lastLine(stdout), DIGEST);
    const smaller = sample(1);
    assert.equal(smaller.status, 0, smaller.stderr);
    assert.doesNotMatch(smaller.stdout, /NEVER/);
  });

  it("takes no seed that a shell would take for something else than one word", () => {
    for (const seed of ["", "a b", "$HOME", "a;b", "é", "a\n", "--trace"]) {
      const { status, stdout, stderr } = causeway(["sim", "--seed", seed]);
      assert.match(
        stderr,
        /'--seed <text>' argument .* is invalid\. It must be letters, digits, dots, dashes/s,
      );
      assert.equal(status, 2, seed);
      assert.equal(stdout, "");
    }
  });
});
