// npm run nemesis [-- words]: every fault of docs/nemesis.md with four and with seven validators, or only the tests whose
// names hold the words. `npm test` takes a sample of those with seven.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** A bound on waiting, for machines that are busy. */
const TIMEOUT_MS = "900000";

const words = process.argv.slice(2).join(" ");
const { status } = spawnSync(
  process.execPath,
  [
    ...["node_modules/mocha/bin/mocha.js", "--timeout", TIMEOUT_MS],
    ...(words === "" ? [] : ["--fgrep", words]),
    ...["test/dist/scenarios/nemesis.test.js", "test/dist/scenarios/powerCut.test.js"],
  ],
  {
    cwd: dirname(dirname(fileURLToPath(import.meta.url))),
    env: { ...process.env, CAUSEWAY_NEMESIS: "whole" },
    stdio: "inherit",
  },
);
process.exit(status ?? 1);
