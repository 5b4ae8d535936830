// Runs every check and ends with one line that counts them all. Reads the runners' own closing lines. Two run
// at a time: networks of real processes mostly wait, unit tests mostly compute.
// Tests name the rules they exercise (docs/protocol/coverage.md); a rule that none of them passes for is a failure.
import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forgeRules } from "../test/dist/support/forgeRules.js";
import { ruleCoverage } from "../test/dist/support/ruleCoverage.js";
import { runSuite } from "../test/dist/support/runSuite.js";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MOCHA = [
  "node_modules/mocha/bin/mocha.js",
  // A test singled out while it was written would silence all others of its suite.
  "--forbid-only",
  ...["--require", "./test/dist/support/ruleRecorder.js"],
];
const SUITE_MS_MAX = 45 * 60_000;
/** Bounds on waiting, for machines that are busy: far above what tests take, and above what they wait for one thing. */
const UNIT_TIMEOUT_MS = "180000";
const SCENARIO_TIMEOUT_MS = "900000";
const AT_ONCE = Math.min(2, availableParallelism());

const units = readdirSync(join(ROOT, "packages"))
  .filter((name) => existsSync(join(ROOT, "packages", name, "dist", "test")))
  .map((name) => ({
    name: `unit tests of ${name}`,
    args: [...MOCHA, "--timeout", UNIT_TIMEOUT_MS, "--recursive", `packages/${name}/dist/test/**/*.test.js`],
    count: countMocha,
  }))
  // The simulations take longest.
  .sort((a, b) => Number(b.name.endsWith(" sim")) - Number(a.name.endsWith(" sim")));

/** Each scenario starts processes and ports of its own. */
const scenarios = readdirSync(join(ROOT, "test", "dist", "scenarios"))
  .filter((file) => file.endsWith(".test.js"))
  .map((file) => ({
    name: `scenario ${file.replace(".test.js", "")}`,
    args: [...MOCHA, "--timeout", SCENARIO_TIMEOUT_MS, `test/dist/scenarios/${file}`],
    count: countMocha,
  }));

/**
 * Against public fixtures; where those are not there, the tests say so and are skipped. Of a set that somebody names there may
 * be hours' worth, each case with a bound of its own.
 */
const fixturesBound = process.env.CAUSEWAY_FIXTURES === undefined ? {} : { from: /^\s*\d+ passing/m };
const conformanceDir = join(ROOT, "test", "dist", "conformance");
const conformance = readdirSync(conformanceDir)
  .filter((name) => readdirSync(join(conformanceDir, name)).some((file) => file.endsWith(".test.js")))
  .map((name) => ({
    name: `conformance, ${name}`,
    args: [...MOCHA, "--timeout", SCENARIO_TIMEOUT_MS, `test/dist/conformance/${name}/*.test.js`],
    count: countMocha,
    bound: fixturesBound,
  }));

/** In the order they begin: what takes long comes early, so that none runs alone at the end. */
const suites = [
  {
    name: "format and lint",
    args: ["node_modules/@biomejs/biome/bin/biome", "check", "."],
    count: countExit,
  },
  {
    name: "house rules",
    args: [
      ...MOCHA,
      ...["--timeout", UNIT_TIMEOUT_MS],
      ...["tidy", "rules", "runSuite"].map((name) => `test/dist/${name}.test.js`),
    ],
    count: countMocha,
  },
  {
    name: "contracts",
    args: [npmCli(), "test", "-w", "contracts", "--silent"],
    count: countForge,
    rules: forgeRules,
  },
  ...scenarios,
  ...conformance,
  {
    name: "end to end, one running network",
    args: [
      ...MOCHA,
      ...["--timeout", SCENARIO_TIMEOUT_MS, "--require", "./test/dist/support/rootHooks.js"],
      "test/dist/e2e/**/*.test.js",
    ],
    count: countMocha,
  },
  {
    name: "tools, one running network",
    args: [
      ...MOCHA,
      ...["--timeout", SCENARIO_TIMEOUT_MS, "--require", "./test/dist/tools/support/toolHooks.js"],
      // In this order: what the tools leave on the chain is replayed at the end.
      ...["clients", "deployed", "replay"].map((folder) => `test/dist/tools/${folder}/*.test.js`),
    ],
    count: countMocha,
  },
  ...units,
];

const only = process.argv.slice(2);
const totals = { passed: 0, failed: 0, skipped: 0 };
const scratch = mkdtempSync(join(tmpdir(), "causeway-rules-"));
/** Ids of the rules exercised, one a line. */
const rulesPath = join(scratch, "exercised");
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const chosen = suites.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)));
const queue = [...chosen];
await Promise.all(Array.from({ length: AT_ONCE }, () => runQueue(queue)));
countRules();
process.stdout.write(`\n${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);

async function runQueue(queue) {
  for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) await runAndCount(suite);
}

/** A suite is printed when it ends, so that two at a time do not mix; a single one as it goes. */
async function runAndCount(suite) {
  const startedAt = Date.now();
  process.stdout.write(`== ${suite.name} …\n`);
  const { code, output } = await runSuite(suite.args, {
    cwd: ROOT,
    env: { ...process.env, CAUSEWAY_RULES_EXERCISED: rulesPath },
    live: chosen.length === 1,
    msMax: SUITE_MS_MAX,
    ...suite.bound,
  });
  if (chosen.length > 1) process.stdout.write(`\n== ${suite.name}\n${output}`);
  const counted = suite.count(output, code);
  for (const id of suite.rules?.(output) ?? []) appendFileSync(rulesPath, `${id}\n`);
  // A runner that fails without a failed test (a crash, a hook, a compile error) is a failure all the same.
  if (code !== 0 && counted.failed === 0) counted.failed = 1;
  // Nor is a suite of which no test ran or said why it did not.
  if (counted.passed + counted.failed + counted.skipped === 0) counted.failed = 1;
  for (const key of Object.keys(totals)) totals[key] += counted[key];
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`== ${suite.name}: ${counted.failed === 0 ? "ok" : "FAILED"} in ${seconds} s\n`);
}

/** A rule that no passing test names is a failed test, once all suites ran. */
function countRules() {
  const { exercised, missing, unknown } = ruleCoverage(rulesPath);
  process.stdout.write(`\nrules: ${exercised.length} of ${exercised.length + missing.length} exercised\n`);
  for (const id of unknown) process.stdout.write(`rules: tests name ${id}, which is no rule\n`);
  totals.failed += unknown.length;
  if (only.length > 0) return;
  for (const id of missing) process.stdout.write(`rules: no passing test names ${id}\n`);
  totals.failed += missing.length;
}

function countExit(_output, code) {
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

function countMocha(output) {
  const of = (word) => Number(output.match(new RegExp(`^\\s*(\\d+) ${word}`, "m"))?.[1] ?? 0);
  return { passed: of("passing"), failed: of("failing"), skipped: of("pending") };
}

function countForge(output) {
  const [, passed = 0, failed = 0, skipped = 0] =
    output.match(/(\d+) tests passed, (\d+) failed, (\d+) skipped/) ?? [];
  return { passed: Number(passed), failed: Number(failed), skipped: Number(skipped) };
}

function npmCli() {
  const cli = process.env.npm_execpath;
  if (!cli) throw new Error("run the tests with: npm test");
  return cli;
}
