import type { Evidence } from "@causeway/consensus/evidence";
import { ACTOR_NAMES } from "../actors/actors.js";
import { TWO_BLOCKS_PREPARED } from "../checkers/contradictions.js";
import { FAULT_KINDS } from "./knobs.js";

/** Of C15. */
const EVIDENCE_KINDS: readonly Evidence["kind"][] = [
  "double-proposal",
  "double-prepare",
  "double-commit",
  "double-round-change",
  "forgotten-commit",
];

/** What a large sample must have shown, each at least once: a simulator that never does a thing proves nothing about it. */
export const REQUIRED_COVERAGE: readonly string[] = [
  ...FAULT_KINDS.map((kind) => `fault ${kind}`),
  ...ACTOR_NAMES.map((name) => `actor ${name}`),
  ...EVIDENCE_KINDS.map((kind) => `evidence ${kind}`),
  TWO_BLOCKS_PREPARED,
  "message lost",
  "message doubled",
  "message straggling",
  "message overtaken",
  "missing links",
  "torn write",
  "unsynced block lost",
  "unsynced block kept",
  "decided in round 0",
  "decided in a later round",
  "re-proposal decided",
  "certificates that differ in the round",
  "outage",
  "jump",
  "set change",
  "set change (real)",
  "twenty heights decided",
  "stalled until healed",
  "real execution",
];

/** Fewer runs may miss one by chance. */
export const COVERAGE_RUNS_MIN = 1_000;

/** What is missing of {@link REQUIRED_COVERAGE}. */
export function missingCoverage(coverage: Readonly<Record<string, number>>): readonly string[] {
  return REQUIRED_COVERAGE.filter((what) => (coverage[what] ?? 0) === 0);
}
