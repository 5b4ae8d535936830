import { randomBytes } from "node:crypto";
import { findMutation } from "./findMutation.js";
import { inTurns } from "./inTurns.js";
import { MUTATIONS, mutationNamed } from "./mutations.js";

// `npm run sim:mutations [names]`: searches every mutation from random seeds and prints one line for each.
const RUNS_MAX = 5_000;
const PROCESSES = 2;

const names = process.argv.slice(2);
const mutations = names.length === 0 ? MUTATIONS : names.map(mutationNamed);
const base = randomBytes(6).toString("hex");
process.stdout.write(`seeds ${base}-0 to ${base}-${RUNS_MAX - 1}\n`);
const searches = mutations.map((mutation) => async () => {
  const { runs, found } = await findMutation(mutation, { first: [], base, count: RUNS_MAX });
  const outcome =
    found === null
      ? `NOT FOUND in ${runs} runs`
      : `run ${runs}, seed ${found.seed}: ${found.message.split("\n", 1)[0]}`;
  process.stdout.write(`${mutation.name}: ${outcome}\n`);
  return found !== null;
});
const found = await Promise.all(inTurns(searches, PROCESSES));
process.exitCode = found.every((isFound) => isFound) ? 0 : 1;
