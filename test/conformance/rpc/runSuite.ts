import type { RpcFixture } from "./parseFixture.js";
import { ResultSchemas } from "./resultSchemas.js";
import { runFixture } from "./runFixture.js";
import { serveSuiteChain } from "./serveSuiteChain.js";

export interface Outcome {
  readonly name: string;
  /** First difference with its JSON path; null where the fixture passes. */
  readonly fault: string | null;
}

/** Run fixtures in their order against a server of the suite's chain, started for them. */
export async function runSuite(
  suite: string,
  fixtures: readonly RpcFixture[],
  onOutcome: (outcome: Outcome) => void = () => undefined,
): Promise<readonly Outcome[]> {
  const schemas = new ResultSchemas(suite);
  const served = await serveSuiteChain(suite);
  const outcomes: Outcome[] = [];
  try {
    for (const fixture of fixtures) {
      const fault = await runFixture(fixture, served.url, schemas).catch((error: Error) => error.message);
      const outcome = { name: fixture.name, fault };
      outcomes.push(outcome);
      onOutcome(outcome);
    }
  } finally {
    await served.close();
  }
  return outcomes;
}
