import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repositoryRoot } from "./repositoryRoot.js";
import { ruleIdsIn } from "./ruleTable.js";

const SUITE = /^Ran \d+ tests? for (\S+):(\w+)$/;
const PASSED = /^\[PASS\] (\w+)\(/;

/**
 * The ids of the rules that passing forge tests exercise: those in the doc comments of the function and of its contract.
 * @param output what `forge test` printed.
 */
export function forgeRules(output: string): string[] {
  let source = "";
  let contract = "";
  return output.split("\n").flatMap((line) => {
    const suite = SUITE.exec(line);
    if (suite !== null) {
      source = readSource(suite[1] ?? "");
      contract = suite[2] ?? "";
    }
    const test = PASSED.exec(line)?.[1];
    if (test === undefined) return [];
    return ruleIdsIn(docOf(source, `contract ${contract}`) + docOf(source, `function ${test}`));
  });
}

function readSource(path: string): string {
  const file = join(repositoryRoot, "contracts", path);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}

/** The `///` lines right above a declaration. */
function docOf(source: string, declaration: string): string {
  const doc = new RegExp(`((?:^[ \\t]*///.*\\n)+)[ \\t]*${declaration}\\b`, "m");
  return doc.exec(source)?.[1] ?? "";
}
