// npm run soak:power-cut -- --times 100 [--validators 4]
import { parseArgs } from "node:util";
import { cutPower } from "../support/nemesis/powerCuts.js";
import { quantile } from "../support/quantile.js";

// The validators end with this process.
for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));

const { values } = parseArgs({
  options: {
    times: { type: "string", default: "100" },
    validators: { type: "string", default: "4" },
  },
});
const [times, validators] = [Number(values.times), Number(values.validators)];
if (
  !Number.isInteger(times) ||
  times < 1 ||
  !Number.isInteger(validators) ||
  validators < 1 ||
  validators > 64
) {
  console.error("soak:power-cut: --times takes a number from 1, --validators one from 1 to 64");
  process.exit(2);
}
const startMs = performance.now();
const figures = await cutPower(times, validators, (line) => console.log(line));
const { cuts, blocks, served, transfers, recoveryMs } = figures;
const seconds = (ms: number) => (ms / 1_000).toFixed(1);
console.log(
  `${cuts} power cuts in ${seconds(performance.now() - startMs)} s: no fork, ${served} blocks served as latest of ${blocks} all there with the same bytes, ${transfers} transfers executed once each`,
);
console.log(
  `from restart to the next block: p50 ${seconds(quantile(recoveryMs, 0.5))} s, p99 ${seconds(quantile(recoveryMs, 0.99))} s, most ${seconds(quantile(recoveryMs, 1))} s`,
);
// Node 20 may spin in its own clean-up after so many sockets were destroyed.
process.exit(0);
