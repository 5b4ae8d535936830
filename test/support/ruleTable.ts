import { readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./repositoryRoot.js";

/** One line of the table in docs/protocol/coverage.md. */
export interface RuleRow {
  readonly id: string;
  /** Sources that keep the rule, relative to the repository. */
  readonly code: readonly string[];
  /** Where its tests are: keys of TEST_FOLDERS. */
  readonly tests: readonly string[];
}

const RULE_ID = /\b[FCWHVN]\d{1,2}\b/g;
const ROW = /^\| ([FCWHVN]\d{1,2}) \| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm;

/** Ids of rules F to N in a text, each once: in a test's title they say that it fails when the rule is broken. */
export function ruleIdsIn(text: string): string[] {
  return [...new Set(text.match(RULE_ID) ?? [])];
}

export function readRuleTable(): RuleRow[] {
  const text = readFileSync(join(repositoryRoot, "docs", "protocol", "coverage.md"), "utf8");
  return [...text.matchAll(ROW)].map(([, id = "", code = "", tests = ""]) => ({
    id,
    code: [...code.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => path),
    tests: tests.trim().split(", "),
  }));
}

/** Ids of the rules F to N in docs/protocol/rules.md, in order. */
export function readRuleIds(): string[] {
  const text = readFileSync(join(repositoryRoot, "docs", "protocol", "rules.md"), "utf8");
  return [...text.matchAll(/^- \*\*([FCWHVN]\d{1,2})\b/gm)].map(([, id = ""]) => id);
}
