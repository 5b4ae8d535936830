import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Knobs } from "../run/knobs.js";
import type { Mutation } from "./mutation.js";
import { MUTATION_VARIABLE } from "./mutationVariable.js";

/** Which seeds to run, in this order. */
export interface SeedRange {
  /** Seeds before all others, e.g. one known to find the mutation. */
  readonly first: readonly string[];
  /** Then `base-0`, `base-1`, … */
  readonly base: string;
  readonly count: number;
}

export interface Outcome {
  /** Seeds run, the finding one included. */
  readonly runs: number;
  readonly found: { readonly seed: string; readonly rule: string; readonly message: string } | null;
  /** What the runs have shown, and how often. */
  readonly coverage: Readonly<Record<string, number>>;
}

const PROCESS = fileURLToPath(import.meta.resolve("./mutationProcess.js"));
const REGISTER = import.meta.resolve("./registerMutation.js");

/**
 * Run seeds in a process of its own until one shows a mistake of the mutated code.
 * @param mutation null for the code as it is, in which everything counts, the simulator's own faults too.
 * @param execution of the runs.
 * @throws Error with what the process wrote when it ended otherwise.
 */
export async function findMutation(
  mutation: Mutation | null,
  seeds: SeedRange,
  execution: Knobs["execution"] = mutation?.execution ?? "model",
): Promise<Outcome> {
  const { [MUTATION_VARIABLE]: _inherited, ...env } = process.env;
  const hook = mutation === null ? [] : ["--import", REGISTER];
  const child = spawn(
    process.execPath,
    [
      ...["--max-semi-space-size=64", ...hook, PROCESS],
      ...[execution, seeds.base, String(seeds.count), ...seeds.first],
    ],
    {
      env: mutation === null ? env : { ...env, [MUTATION_VARIABLE]: mutation.name },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let [output, errors] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0)
    throw new Error(`seeds of ${mutation?.name ?? "the code as it is"}: exit ${code}\n${errors}`);
  return JSON.parse(output) as Outcome;
}
