import { Coverage } from "../run/coverage.js";
import { drawKnobs } from "../run/knobs.js";
import { simulateSeed } from "../run/simulateSeed.js";
import { SeededRandom } from "../time/seededRandom.js";
import { isFinding } from "./isFinding.js";
import { mutationNamed } from "./mutations.js";
import { assertLoaded, MUTATION_VARIABLE } from "./mutationVariable.js";

// Child process of findMutation: runs seeds until one is a finding and prints the outcome as one line of JSON.
const [execution, base = "", countText = "0", ...first] = process.argv.slice(2);
const seeds = [...first, ...Array.from({ length: Number(countText) }, (_, i) => `${base}-${i}`)];
const name = process.env[MUTATION_VARIABLE];
const mutation = name === undefined ? null : mutationNamed(name);
const coverage = new Coverage();
let runs = 0;
let found: { seed: string; rule: string; message: string } | null = null;
for (const seed of seeds) {
  const knobs = drawKnobs(new SeededRandom(seed).fork("knobs"), execution === "real" ? "real" : "model");
  const { violation, coverage: shown } = await simulateSeed(seed, knobs);
  runs += 1;
  coverage.merge(shown);
  if (violation === null || (name !== undefined && !isFinding(violation.rule))) continue;
  found = { seed, ...violation };
  break;
}
if (mutation !== null) assertLoaded(mutation);
process.stdout.write(`${JSON.stringify({ runs, found, coverage: coverage.table() })}\n`);
