import assert from "node:assert/strict";
import { maxFaulty } from "@causeway/protocol/quorum";
import { seededRandom } from "./support/seededRandom.js";
import { Simulation } from "./support/simulation.js";

const SEEDS = 200;
const CHAOS_SECONDS = 40;
const CALM_SECONDS = 400;

describe("random schedules", () => {
  it(`F1, W1, C8: ${SEEDS} seeds of loss, doubling, reordering, cuts, crashes and f validators that contradict themselves: no fork, no double signing, and calm brings blocks`, () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      try {
        runSchedule(seed);
      } catch (error) {
        throw new Error(`seed ${seed}: ${error instanceof Error ? error.message : error}`, { cause: error });
      }
    }
  }).timeout(300_000);

  it("the same seed gives the same run", () => {
    const runs = [runSchedule(7), runSchedule(7)].map(({ nodes }) => nodes.map(({ head }) => head));
    assert.deepEqual(runs[0], runs[1]);
  });
});

/** Safety phase: faults drawn from the seed. Liveness phase: faults end, and the chain must go on. */
function runSchedule(seed: number): Simulation {
  const random = seededRandom(seed);
  const between = (low: number, high: number) => low + random() * (high - low);
  const validators = [1, 2, 3, 4, 4, 4, 5, 7][Math.floor(random() * 8)] ?? 4;
  const twins = random() < 0.5 ? maxFaulty(validators) : 0;
  const network = new Simulation({ validators, twins, random, transactions: random() < 0.8 });
  for (const node of network.nodes) node.skewMs = Math.floor(between(-900, 900));
  network.loss = between(0, 0.3);
  network.duplication = between(0, 0.3);
  network.maxDelayMs = between(10, 3000);
  network.start();
  for (let elapsed = 0; elapsed < CHAOS_SECONDS; ) {
    const seconds = between(0.1, 8);
    network.wait(seconds);
    elapsed += seconds;
    disturb(network, random);
  }
  network.heal();
  const target = network.highest + 2;
  assert(network.reaches(target, CALM_SECONDS), `stuck: ${describeNodes(network)}, want ${target}`);
  const byzantine = network.validators.slice(0, twins);
  for (const { halted, evidence } of network.nodes) {
    assert.equal(halted, null);
    for (const { validator } of evidence.map((effect) => effect.evidence)) {
      assert(byzantine.includes(validator), `C15: evidence against honest ${validator}`);
    }
  }
  return network;
}

function disturb(network: Simulation, random: () => number): void {
  const victim = network.node(Math.floor(random() * network.nodes.length));
  const fault = random();
  if (fault < 0.4) {
    if (victim.running) victim.crash();
    else victim.start();
  } else if (fault < 0.6) {
    const side = new Map(network.nodes.map((node) => [node, random() < 0.5]));
    network.isCut = (from, to) => side.get(from) !== side.get(to);
  } else if (fault < 0.7) {
    network.isCut = (from) => from === victim;
  } else {
    network.isCut = () => false;
    for (const node of network.nodes) if (!node.running && random() < 0.5) node.start();
  }
}

function describeNodes({ nodes }: Simulation): string {
  return nodes
    .map(({ id, head, state }) => `${id} at ${head.height} round ${state.height?.round.number}`)
    .join(", ");
}
