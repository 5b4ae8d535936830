import { modelBackend } from "../backend/modelBackend.js";
import { realBackend } from "../backend/realBackend.js";
import { Violation } from "../checkers/violation.js";
import { Operators } from "../operators/operators.js";
import { SeededRandom } from "../time/seededRandom.js";
import { Faults } from "./faults.js";
import { drawKnobs, type Knobs, type Outage } from "./knobs.js";
import { Simulation } from "./simulation.js";

export interface RunResult {
  readonly seed: string;
  readonly knobs: Knobs;
  /** SHA-256 over what happened, in order. */
  readonly digest: string;
  readonly coverage: Readonly<Record<string, number>>;
  readonly heights: number;
  readonly virtualMs: number;
  readonly steps: number;
  /** null when every rule held. */
  readonly violation: { readonly rule: string; readonly message: string } | null;
}

/** Heights after which the world is healed, at the latest. */
const SAFETY_HEIGHTS = 20;
/** Heights every honest node must be further after the healing. */
const LIVENESS_HEIGHTS = 5;
/** In so many times maxRequestTimeoutMs. */
const LIVENESS_TIMEOUTS = 4;
/** In the liveness phase a transaction comes this often, so that blocks need not wait for the empty period. */
const LIVELY_EVERY_MS = 400;

/** One run of a whole network: faults until twenty heights are decided or nothing moves, then a healed world must go on. */
export async function simulateSeed(
  seed: string,
  given?: Knobs,
  onNote?: Simulation["onNote"],
): Promise<RunResult> {
  const knobs = given ?? drawKnobs(new SeededRandom(seed).fork("knobs"));
  const backend = knobs.execution === "real" ? await realBackend(knobs) : modelBackend(knobs);
  const simulation = new Simulation(seed, knobs, backend);
  if (onNote !== undefined) simulation.onNote = onNote;
  if (knobs.execution === "real") simulation.coverage.add("real execution");
  let violation: RunResult["violation"] = null;
  const startMs = simulation.nowMs;
  try {
    await run(simulation);
    coverNetwork(simulation);
  } catch (error) {
    violation = describe(error);
  } finally {
    simulation.end();
  }
  return {
    seed,
    knobs,
    digest: simulation.digest(),
    coverage: simulation.coverage.table(),
    heights: simulation.checkers.highest,
    virtualMs: Math.round(simulation.nowMs - startMs),
    steps: simulation.clockwork.steps,
    violation,
  };
}

async function run(simulation: Simulation): Promise<void> {
  const { knobs, checkers, contract } = simulation;
  const load = new Load(simulation);
  load.every(knobs.transactionEveryMs);
  const { operators } = knobs;
  if (operators !== null && contract !== null) new Operators(simulation, contract, operators).start();
  simulation.startAll();
  if (knobs.outage === null) await safetyPhase(simulation);
  else await outage(simulation, knobs.outage);
  simulation.heal();
  load.every(LIVELY_EVERY_MS);
  const goal = checkers.highest + LIVENESS_HEIGHTS;
  const arrived = () => simulation.honest.every(({ index }) => simulation.heightOf(index) >= goal);
  const endMs = simulation.nowMs + LIVENESS_TIMEOUTS * knobs.maxRequestTimeoutMs;
  if (!(await simulation.clockwork.runUntil(arrived, endMs))) {
    const heights = simulation.honest.map(({ index }) => simulation.heightOf(index)).join(", ");
    throw new Violation(
      "liveness",
      `healed, yet after ${LIVENESS_TIMEOUTS} longest timeouts at ${heights}, goal ${goal}`,
    );
  }
  for (const { kind } of simulation.evidence()) simulation.coverage.add(`evidence ${kind}`);
}

function coverNetwork({ coverage, links, knobs }: Simulation): void {
  for (const [what, times] of Object.entries(links.counts)) coverage.add(`message ${what}`, times);
  if (knobs.unconnected.length > 0) coverage.add("missing links");
}

/** Faults until enough heights are decided, or until nobody has decided any for so long that healing must end it: one or the other. */
async function safetyPhase(simulation: Simulation): Promise<void> {
  const { knobs, checkers } = simulation;
  const faults = new Faults(simulation);
  faults.start();
  let stalled = false;
  while (!stalled && checkers.highest < SAFETY_HEIGHTS) {
    const { highest } = checkers;
    const decided = () => checkers.highest > highest;
    stalled = !(await simulation.clockwork.runUntil(decided, simulation.nowMs + knobs.stallMs));
  }
  simulation.coverage.add(stalled ? "stalled until healed" : "twenty heights decided");
  faults.end();
}

/** Hours or days in which the others change rounds without the node cut off. */
async function outage(simulation: Simulation, { node, rounds, alone }: Outage): Promise<void> {
  const { knobs, links, nodes, network } = simulation;
  simulation.coverage.add("outage");
  for (const other of nodes) {
    const { index } = other;
    if (index === node) continue;
    if (alone && other.kill()) network.leave(index);
    links.cut(index, node);
    links.cut(node, index);
    network.disconnect(index, node);
  }
  await simulation.clockwork.runUntil(() => false, simulation.nowMs + rounds * knobs.maxRequestTimeoutMs);
}

/** Transactions from outside, each to one node. */
class Load {
  readonly #simulation: Simulation;
  readonly #random;
  #everyMs = 0;
  #number = 0;
  #oldest = 1;
  #scheduled = false;

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork("load");
  }

  /** @param everyMs 0 for none. */
  every(everyMs: number): void {
    this.#everyMs = everyMs;
    if (everyMs > 0 && !this.#scheduled) this.#nextLater();
  }

  #nextLater(): void {
    this.#scheduled = true;
    this.#simulation.clockwork.later(this.#everyMs, () => {
      this.#number += 1;
      this.#submit(this.#number);
      // A pool forgets at a crash: who sent a transaction sends it again until it is included.
      while (this.#oldest < this.#number && this.#simulation.isIncluded(this.#oldest)) this.#oldest += 1;
      this.#submit(this.#oldest);
      this.#nextLater();
    });
  }

  #submit(number: number): void {
    this.#simulation.submit(number, this.#random.pick(this.#simulation.nodes));
  }
}

function describe(error: unknown): { rule: string; message: string } {
  if (error instanceof Violation) return { rule: error.rule, message: error.message };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { rule: "simulator", message };
}
