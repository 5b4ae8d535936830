import assert from "node:assert/strict";
import { Simulation } from "./support/simulation.js";

/** Far below the request timeout of 4 s: nothing waits for a round to be lost. */
const SECONDS_TO_RESUME = 2;
const HEIGHTS = 2;

/** Every validator is killed after the k-th event and started again at once, for every k until two blocks are final. */
describe("restarts at every point", () => {
  for (const validators of [1, 2, 4]) {
    it(`W2, W3: ${validators} validator(s) killed between any two events never contradict themselves and resume within ${SECONDS_TO_RESUME} s`, () => {
      for (let events = 1; runWithRestart(validators, events); events++);
    });
  }

  it("W2, W3: one of three, without which there is no quorum, resumes the round it was in", () => {
    for (let events = 1; runWithRestart(4, events, 1); events++);
  });
});

/** @returns whether the chain was still short of its heights when the validators were killed. */
function runWithRestart(validators: number, events: number, killed = validators): boolean {
  const network = new Simulation({ validators });
  const live = network.nodes.slice(0, killed === validators ? validators : validators - 1);
  for (const node of live) node.start();
  let left = events;
  network.queue.runUntil(() => left-- === 0 || network.highest >= HEIGHTS, 60_000);
  if (network.highest >= HEIGHTS) return false;
  for (const node of live.slice(0, killed)) {
    node.crash();
    node.start();
  }
  const target = network.highest + 1;
  assert(
    network.reaches(target, SECONDS_TO_RESUME, live),
    `killed after event ${events}: not at ${target} in time, rounds ${live.map(({ state }) => state.height?.round.number)}`,
  );
  return true;
}
