import { appendFileSync } from "node:fs";
import type { Context } from "mocha";
import { ruleIdsIn } from "./ruleTable.js";

/** Where scripts/test.mjs wants to read which rules were exercised: ids, one a line. */
const path = process.env.CAUSEWAY_RULES_EXERCISED;

/** Record the ids in the titles of each test that passed, and of the describes around it. */
export const mochaHooks = {
  afterEach(this: Context): void {
    const test = this.currentTest;
    if (path === undefined || test?.state !== "passed") return;
    const ids = ruleIdsIn(test.titlePath().join(" "));
    if (ids.length > 0) appendFileSync(path, `${ids.join("\n")}\n`);
  },
};
