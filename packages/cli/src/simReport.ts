import type { Knobs } from "@causeway/sim/run/knobs";
import type { Summary } from "@causeway/sim/run/runSeeds";
import type { RunResult } from "@causeway/sim/run/simulateSeed";

/**
 * Prints simulations: of a single one every knob on a line, of many one line each; last comes the digest.
 * @param flags what has to be given again to repeat a run, besides its seed.
 */
export function simReport(runs: number, flags: string) {
  const startedAt = Date.now();
  const print = (line: string) => {
    process.stdout.write(`${line}\n`);
  };
  return {
    starting(seed: string): void {
      print(`seed ${seed}, ${runs} ${runs === 1 ? "run" : "runs"}`);
    },
    begins(index: number, seed: string, knobs: Knobs): void {
      if (runs > 1) print(`run ${index} seed ${seed} knobs ${JSON.stringify(knobs)}`);
      else
        for (const [name, value] of Object.entries(knobs))
          print(`  ${name.padEnd(26)} ${JSON.stringify(value)}`);
    },
    note(ms: number, node: number, what: string): void {
      const who = node === -1 ? "world" : `node ${node}`;
      print(`${(ms / 1_000).toFixed(3).padStart(9)} s  ${who.padEnd(8)} ${what}`);
    },
    ends(index: number, { seed, heights, virtualMs, steps, violation }: RunResult): void {
      const what = `${heights} heights in ${(virtualMs / 1_000).toFixed(1)} s of virtual time, ${steps} events`;
      if (violation === null) {
        print(`run ${index} ok: ${what}`);
        return;
      }
      print(`run ${index} FAILED after ${what}: ${violation.message}`);
      print(`  again: causeway sim --seed ${seed}${flags} --trace`);
    },
    summary({ passed, failed, heights, coverage }: Summary, missing: readonly string[]): void {
      print("\nwhat happened, and how often");
      for (const [what, times] of Object.entries(coverage))
        print(`  ${what.padEnd(32)} ${String(times).padStart(12)}`);
      for (const what of missing) print(`  ${what.padEnd(32)} ${"NEVER".padStart(12)}`);
      const seconds = ((Date.now() - startedAt) / 1_000).toFixed(1);
      print(`\n${passed} of ${passed + failed} runs passed, ${heights} heights, ${seconds} s`);
    },
    digest(digest: string): void {
      print(`digest ${digest}`);
    },
  };
}
