// npm run conformance [-- --only word] [-- --verbose]: the rpc-compat suite against our server, by name of file. One line
// for each file that fails, with the first difference; the last line counts. Exit code 1 when one fails that is not
// listed in exclusions.json, 2 for wrong flags or without the suite. See docs/conformance.md.
import { parseArgs } from "node:util";
import { runSuite } from "./runSuite.js";
import { readExclusions, readSuite, suiteFolder } from "./suite.js";

const USAGE_EXIT = 2;

const { values, suite } = settings();
const exclusions = readExclusions();
const fixtures = readSuite(suite).filter(({ name }) => name.includes(values.only ?? ""));
let failed = 0;
const outcomes = await runSuite(suite, fixtures, ({ name, fault }) => {
  const excluded = exclusions[name];
  if (fault === null) {
    if (values.verbose) process.stdout.write(`ok ${name}\n`);
  } else if (excluded !== undefined) {
    process.stdout.write(`excluded ${name}: ${excluded}\n`);
  } else {
    failed++;
    process.stdout.write(`FAILED ${name}: ${fault}\n`);
  }
});
const passed = outcomes.filter(({ fault }) => fault === null).length;
process.stdout.write(`${passed} of ${outcomes.length}\n`);
process.exit(failed === 0 ? 0 : 1);

/** Flags, and where the suite is; what is wrong with them ends the process with a line that says so. */
function settings() {
  try {
    const { values } = parseArgs({
      options: { only: { type: "string" }, verbose: { type: "boolean", default: false } },
    });
    const suite = suiteFolder();
    if (suite !== null) return { values, suite };
    throw new Error(
      "the rpc-compat suite is not here: put it to ../shared/conformance/rpc-compat or name its folder in CAUSEWAY_RPC_COMPAT",
    );
  } catch (error) {
    process.stderr.write(`conformance: ${(error as Error).message}\n`);
    process.exit(USAGE_EXIT);
  }
}
