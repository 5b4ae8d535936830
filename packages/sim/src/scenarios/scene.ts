import type { ChainBackend } from "../backend/chainBackend.js";
import { readRecord } from "../checkers/readRecord.js";
import { Violation } from "../checkers/violation.js";
import type { Reached } from "../disk/simulatedDisk.js";
import type { SimulatedNode } from "../node/simulatedNode.js";
import type { Knobs } from "../run/knobs.js";
import { Simulation } from "../run/simulation.js";

/** What of an unsynced tail a power loss leaves on the disk. */
export const KEEPS = {
  none: () => ({ bytes: 0, zeros: false }),
  half: (unsynced: number) => ({ bytes: Math.floor(unsynced / 2), zeros: false }),
  all: (unsynced: number) => ({ bytes: unsynced, zeros: false }),
  zeros: () => ({ bytes: 0, zeros: true }),
  "half, then zeros": (unsynced: number) => ({ bytes: Math.floor(unsynced / 2), zeros: true }),
} as const satisfies Record<string, (unsyncedBytes: number) => Reached>;
export type Keeps = keyof typeof KEEPS;

/** A simulation whose faults are a script instead of draws. */
export class Scene {
  readonly simulation: Simulation;
  #submitted = 0;

  constructor(seed: string, knobs: Knobs, backend?: ChainBackend) {
    this.simulation = new Simulation(seed, knobs, backend);
  }

  node(index: number): SimulatedNode {
    const node = this.simulation.nodes[index];
    if (node === undefined) throw new RangeError(`no node ${index}`);
    return node;
  }

  heightOf(index: number): number {
    return this.simulation.heightOf(index);
  }

  /** The highest round a node asked for, by its record; 0 when it is in none. */
  roundOf(index: number): number {
    const entries = readRecord(this.node(index), this.simulation.genesisHash);
    return Math.max(0, ...entries.map(({ signing }) => signing.payload.round));
  }

  /** A transaction reaches one node after another, this often in milliseconds. */
  submitEvery(periodMs: number): void {
    const { simulation } = this;
    simulation.clockwork.later(periodMs, () => {
      this.#submitted += 1;
      simulation.submit(this.#submitted, this.node(this.#submitted % simulation.nodes.length));
      this.submitEvery(periodMs);
    });
  }

  /** Let virtual time pass. */
  async pass(durationMs: number): Promise<void> {
    await this.simulation.clockwork.runUntil(() => false, this.simulation.nowMs + durationMs);
  }

  /** Wait for a condition. @throws Violation "liveness" when it does not hold within so many milliseconds. */
  async reach(what: string, withinMs: number, done: () => boolean): Promise<void> {
    const { simulation } = this;
    if (await simulation.clockwork.runUntil(done, simulation.nowMs + withinMs)) return;
    const heights = simulation.nodes.map(({ index }) => this.heightOf(index)).join(", ");
    throw new Violation("liveness", `not within ${withinMs} ms: ${what}; heights ${heights}`);
  }

  /** The given nodes finalize so many more heights than the highest of them has now. */
  async goOn(heights: number, withinMs: number, indices = this.honest()): Promise<void> {
    const goal = Math.max(...indices.map((index) => this.heightOf(index))) + heights;
    const arrived = () => indices.every((index) => this.heightOf(index) >= goal);
    await this.reach(`nodes ${indices} at height ${goal}`, withinMs, arrived);
  }

  honest(): number[] {
    return this.simulation.honest.map(({ index }) => index);
  }

  /** kill -9: the process is gone, the disk keeps what it was given. */
  kill(...indices: readonly number[]): void {
    for (const index of indices) if (this.node(index).kill()) this.simulation.network.leave(index);
  }

  /** The machine is off and has lost what was not synced; what its record still holds is checked once it is started. */
  losePower(index: number, keeps: Keeps): void {
    this.simulation.losePower(this.node(index), KEEPS[keeps]);
  }

  /** Everything a node sent is in its record, and nothing there contradicts what it sent (W1, W2). */
  checkRecord(index: number): void {
    this.simulation.records.check(this.node(index));
  }

  start(...indices: readonly number[]): void {
    for (const index of indices) this.simulation.start(this.node(index));
  }

  /** Nothing passes between the two groups, and connections between them break. */
  cut(left: readonly number[], right: readonly number[]): void {
    const { links, network } = this.simulation;
    for (const a of left)
      for (const b of right) {
        links.cut(a, b);
        links.cut(b, a);
        network.disconnect(a, b);
      }
  }

  mend(): void {
    this.simulation.links.heal();
    this.simulation.network.reconnect();
  }
}

/** Run a scene, and leave nothing of it in flight. */
export async function play<T>(scene: Scene, script: (scene: Scene) => Promise<T>): Promise<T> {
  try {
    return await script(scene);
  } finally {
    scene.simulation.end();
  }
}
