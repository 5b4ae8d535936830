import { randomBytes } from "node:crypto";
import { availableParallelism } from "node:os";
import { CausewayError } from "@causeway/protocol/errors";
import { Command, InvalidArgumentError } from "commander";
import { integer, usageError } from "../options.js";
import { simReport } from "../simReport.js";

interface SimFlags {
  readonly seed?: string;
  readonly runs: number;
  readonly workers: number;
  readonly execution: "drawn" | "real" | "model";
  readonly trace?: true;
}

const RUNS_MAX = 10_000_000;
const WORKERS_MAX = 64;
const SEED_BYTES = 6;

export function simCommand(): Command {
  const command = new Command("sim")
    .description(
      "Simulate whole networks in virtual time, with faults and byzantine validators drawn from a seed.",
    )
    .option(
      "--seed <text>",
      "seed of all randomness: letters, digits, dots, dashes, underscores (default: a fresh one, printed)",
      plainSeed,
    )
    .option("--runs <n>", "number of networks to simulate", integer(1, RUNS_MAX), 1)
    .option(
      "--workers <n>",
      "processes to run them on",
      integer(1, WORKERS_MAX),
      Math.min(availableParallelism(), WORKERS_MAX),
    )
    .option(
      "--execution <how>",
      "drawn by the seed, always real, or always the fast model",
      execution,
      "drawn",
    )
    .option("--trace", "print every fault, start and finalized block of a single run");
  return command
    .addHelpText(
      "after",
      `
Every run is the production node on virtual machines: clocks, disks and links are simulated, and hurt. Checked are one
block per height, certificates, double signing, durability, validity, and that a healed network goes on.

Examples:
  $ causeway sim                           one network from a fresh seed, its knobs first
  $ causeway sim --seed 7 --runs 300       three hundred; the last line is a digest, the same every time
  $ causeway sim --seed 7.41 --trace       run 41 of those once more, event by event
  $ causeway sim --runs 50 --execution real

Exit code 0 only if every run passed.`,
    )
    .action(async (flags: SimFlags) => {
      const { digestOf, runSeeds } = await import("@causeway/sim/run/runSeeds");
      const { missingCoverage, COVERAGE_RUNS_MIN } = await import("@causeway/sim/run/requiredCoverage");
      const { drawKnobs } = await import("@causeway/sim/run/knobs");
      const { SeededRandom } = await import("@causeway/sim/time/seededRandom");
      if (flags.trace === true && flags.runs > 1)
        throw usageError(`--trace needs a single run, not --runs ${flags.runs}: name it, e.g. --seed 7.41`);
      const seed = flags.seed ?? randomBytes(SEED_BYTES).toString("hex");
      const forced = flags.execution === "drawn" ? null : flags.execution;
      const report = simReport(flags.runs, forced === null ? "" : ` --execution ${forced}`);
      const interrupted = new AbortController();
      for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => interrupted.abort(name));
      const knobsOf = (own: string) => drawKnobs(new SeededRandom(own).fork("knobs"), forced);
      report.starting(seed);
      if (flags.trace === true) {
        const { simulateSeed } = await import("@causeway/sim/run/simulateSeed");
        report.begins(0, seed, knobsOf(seed));
        const result = await simulateSeed(seed, knobsOf(seed), report.note);
        report.ends(0, result);
        report.digest(digestOf([result.digest]));
        if (result.violation !== null) throw failed(1);
        return;
      }
      const summary = await runSeeds({
        seed,
        runs: flags.runs,
        workers: flags.workers,
        execution: forced,
        onBegin: (index, own) => report.begins(index, own, knobsOf(own)),
        onEnd: report.ends,
        signal: interrupted.signal,
      });
      const missing = flags.runs >= COVERAGE_RUNS_MIN ? missingCoverage(summary.coverage) : [];
      report.summary(summary, missing);
      report.digest(summary.digest);
      if (summary.failed > 0) throw failed(summary.failed);
      if (missing.length > 0) {
        throw new CausewayError(
          { code: "CoverageMissing" },
          `never happened in ${flags.runs} runs: ${missing.join(", ")}`,
        );
      }
    });
}

/** What a shell takes for one word as it is: a run that failed is told with the command that repeats it. */
function plainSeed(value: string): string {
  if (/^\w[\w.-]*$/.test(value)) return value;
  throw new InvalidArgumentError(
    "It must be letters, digits, dots, dashes and underscores, and not begin with a dot or dash.",
  );
}

function execution(value: string): string {
  if (["drawn", "real", "model"].includes(value)) return value;
  throw new InvalidArgumentError("It must be drawn, real or model.");
}

function failed(runs: number): CausewayError<{ code: "SimulationFailed" }> {
  return new CausewayError(
    { code: "SimulationFailed" },
    `${runs} of the simulated networks broke a rule; each is repeated by the command printed with it`,
  );
}
