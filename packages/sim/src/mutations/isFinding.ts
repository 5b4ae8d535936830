/** Not rules but limits of the simulator: it broke itself, or a run would not end. */
const OWN_FAULTS: readonly string[] = ["simulator", "bounds"];

/** Whether a violation shows a mistake in production code. */
export function isFinding(rule: string): boolean {
  return !OWN_FAULTS.includes(rule);
}
