import { maxFaulty } from "@causeway/protocol/quorum";
import { recordPathOf } from "../checkers/readRecord.js";
import type { PointKind } from "../node/life.js";
import type { SimulatedNode } from "../node/simulatedNode.js";
import { FAULT_KINDS, type FaultKind, smallestSet } from "./knobs.js";
import { MidWrite } from "./midWrite.js";
import type { Simulation } from "./simulation.js";

/** Share of the crashes that strike in the middle of something, within so many of its writes, or writes and sends. */
const MID_WRITE_SHARE = 0.6;
const MID_WRITE_POINTS = 8;
/** Of these, the share that strikes between a block's write and its sync: writes of the record are many more. */
const MID_BLOCK_SHARE = 0.2;

/** Draws the world's faults from the seed, one after another, until the world is healed. */
export class Faults {
  readonly #simulation: Simulation;
  readonly #random;
  readonly #midWrite: MidWrite;
  #ended = false;
  /** Nodes whose record was damaged in this run (W5). */
  readonly #damaged = new Set<number>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    this.#random = simulation.random.fork("faults");
    this.#midWrite = new MidWrite(simulation);
  }

  start(): void {
    const { faultEveryMs, skewMsMax } = this.#simulation.knobs;
    for (const node of this.#simulation.nodes) node.skewMs = this.#drawSkew(skewMsMax);
    if (faultEveryMs > 0) this.#nextLater();
  }

  end(): void {
    this.#ended = true;
    this.#midWrite.clear();
  }

  #nextLater(): void {
    const delayMs = this.#random.integer(1, 2 * this.#simulation.knobs.faultEveryMs);
    this.#simulation.clockwork.later(delayMs, () => {
      if (this.#ended) return;
      this.#draw();
      this.#nextLater();
    });
  }

  #draw(): void {
    const { faults } = this.#simulation.knobs;
    const total = FAULT_KINDS.reduce((sum, kind) => sum + faults[kind], 0);
    let at = this.#random.next() * total;
    for (const kind of FAULT_KINDS) {
      at -= faults[kind];
      if (at >= 0) continue;
      this.#inject(kind);
      return;
    }
  }

  #inject(kind: FaultKind): void {
    const simulation = this.#simulation;
    const { nodes } = simulation;
    const node = this.#random.pick(nodes);
    simulation.note(`fault ${kind}`, node.index);
    const struck = () => simulation.coverage.add(`fault ${kind}`);
    switch (kind) {
      case "partition":
        this.#partition(true);
        struck();
        break;
      case "one-way-partition":
        this.#partition(false);
        struck();
        break;
      case "isolate":
        this.#cut([node.index], this.#others([node.index]), true);
        struck();
        break;
      case "disconnect":
        if (simulation.network.disconnect(node.index, this.#random.pick(nodes).index)) struck();
        break;
      case "crash":
        this.#crash([node], node, struck);
        break;
      case "power-loss":
        this.#crash(nodes, node, struck);
        break;
      case "pause":
        node.pausedUntilMs = simulation.nowMs + this.#random.integer(100, 30_000);
        if (node.life !== null) struck();
        break;
      case "clock-skew":
        node.skewMs = this.#drawSkew(simulation.knobs.skewMsMax);
        // A world of exact clocks draws no error.
        if (node.skewMs !== 0) struck();
        break;
      case "record-damage":
        if (this.#damage(node)) struck();
        break;
    }
  }

  #partition(bothWays: boolean): void {
    const shuffled = this.#random.shuffled(this.#simulation.nodes.map(({ index }) => index));
    const left = shuffled.slice(0, this.#random.integer(1, shuffled.length - 1));
    this.#cut(left, this.#others(left), bothWays);
  }

  #others(indices: readonly number[]): number[] {
    return this.#simulation.nodes.map(({ index }) => index).filter((index) => !indices.includes(index));
  }

  /** Cut links for a while. Connections over them break when TCP notices, if it does before the end. */
  #cut(left: readonly number[], right: readonly number[], bothWays: boolean): void {
    const { links, network } = this.#simulation;
    const pairs = left.flatMap((a) => right.map((b) => [a, b] as const));
    const notices = this.#random.chance(0.5);
    for (const [a, b] of pairs) {
      links.cut(a, b);
      if (bothWays) links.cut(b, a);
      if (notices) network.disconnect(a, b);
    }
    this.#simulation.clockwork.later(this.#random.integer(500, 40_000), () => {
      for (const [a, b] of pairs) {
        links.restore(a, b);
        links.restore(b, a);
      }
    });
  }

  /**
   * The machines lose power at once: now, or when one of them is about to write or to send, if that comes before the end.
   * @param struck told when it ends a process that ran.
   */
  #crash(machines: readonly SimulatedNode[], trigger: SimulatedNode, struck: () => void): void {
    const strike = (died: boolean) => {
      if (this.#ended) return;
      if (died || machines.some(({ life }) => life !== null)) struck();
      for (const machine of machines) this.#losePower(machine);
    };
    if (!this.#random.chance(MID_WRITE_SHARE)) {
      strike(false);
      return;
    }
    if (this.#random.chance(MID_BLOCK_SHARE)) {
      this.#midWrite.await(trigger, 1, (kind) => kind === "block.fsync", strike);
      return;
    }
    const writesOnly = this.#random.chance(0.5);
    const counts = (kind: PointKind) => !writesOnly || !kind.startsWith("send.");
    this.#midWrite.await(trigger, this.#random.integer(1, MID_WRITE_POINTS), counts, strike);
  }

  /** The machine loses power and starts again after a while. */
  #losePower(node: SimulatedNode): void {
    const simulation = this.#simulation;
    const { tearChance } = simulation.knobs;
    const keeps = (unsynced: number) => ({
      bytes: this.#random.chance(tearChance) ? this.#random.integer(0, unsynced) : 0,
      zeros: this.#random.chance(tearChance / 2),
    });
    if (simulation.losePower(node, keeps)) simulation.coverage.add("torn write");
    simulation.clockwork.later(this.#downMs(), () => simulation.start(node));
  }

  #downMs(): number {
    return this.#random.chance(0.5) ? this.#random.integer(1, 500) : this.#random.integer(500, 30_000);
  }

  /**
   * Flip a bit of a stopped node's record: it must not sign until that is safe (W5). No more nodes than may misbehave,
   * or nobody could certify the block they wait for. W5 measures by clocks, so it holds within their error only (C13).
   * @returns whether a bit was flipped.
   */
  #damage(node: SimulatedNode): boolean {
    const { knobs, genesisHash } = this.#simulation;
    const smallest = smallestSet(knobs);
    const isMore = this.#damaged.size >= maxFaulty(smallest);
    if (knobs.skewMsMax > 0 || isMore || this.#damaged.has(node.index)) return false;
    this.#damaged.add(node.index);
    this.#losePower(node);
    this.#simulation.records.damaged(node);
    const path = recordPathOf(node, this.#simulation.keyOf(node), genesisHash);
    return node.disk.flipBit(path, this.#random);
  }

  #drawSkew(maxMs: number): number {
    return maxMs === 0 ? 0 : this.#random.integer(-maxMs, maxMs);
  }
}
