import { existsSync, readFileSync } from "node:fs";
import { readRuleTable } from "./ruleTable.js";

export interface RuleCoverage {
  readonly exercised: readonly string[];
  /** Rules of the table that no passing test names. */
  readonly missing: readonly string[];
  /** Ids that tests name and the table does not know. */
  readonly unknown: readonly string[];
}

/** @param path file of ids, one a line, that ruleRecorder and forgeRules gathered. */
export function ruleCoverage(path: string): RuleCoverage {
  const named = new Set(existsSync(path) ? readFileSync(path, "utf8").split("\n").filter(Boolean) : []);
  const known = readRuleTable().map(({ id }) => id);
  return {
    exercised: known.filter((id) => named.has(id)),
    missing: known.filter((id) => !named.has(id)),
    unknown: [...named].filter((id) => !known.includes(id)),
  };
}
