import type { PointKind } from "../node/life.js";
import type { SimulatedNode } from "../node/simulatedNode.js";
import type { Simulation } from "./simulation.js";

/** A node with nothing to write or send for so long, in milliseconds of virtual time, is not waited for. */
const PATIENCE_MS = 2_000;

interface Strike {
  /** Points until it. */
  left: number;
  readonly counts: (kind: PointKind) => boolean;
  readonly strike: (died: boolean) => void;
}

/** Ends nodes just before a write or a send takes effect, when something may be written and not yet synced (W6). */
export class MidWrite {
  readonly #simulation: Simulation;
  readonly #waiting = new Map<number, Strike>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
    simulation.pointHook = (node, kind) => this.#dies(node, kind);
  }

  /**
   * A node waits for one crash: a later one takes the place of that before.
   * @param left the node dies before this point from now, 1 for the next.
   * @param counts which points do; there are ten sends to a write.
   * @param strike what the crash means for the machines, told whether the node died at a point; runs at that instant.
   */
  await(node: SimulatedNode, left: number, counts: Strike["counts"], strike: Strike["strike"]): void {
    const waiting = { left, counts, strike };
    this.#waiting.set(node.index, waiting);
    this.#simulation.clockwork.later(PATIENCE_MS, () => {
      if (this.#waiting.get(node.index) !== waiting) return;
      this.#waiting.delete(node.index);
      strike(false);
    });
  }

  /** Who waits for a crash lives on. */
  clear(): void {
    this.#waiting.clear();
  }

  #dies({ index }: SimulatedNode, kind: PointKind): boolean {
    const waiting = this.#waiting.get(index);
    if (waiting === undefined || !waiting.counts(kind)) return false;
    waiting.left -= 1;
    if (waiting.left > 0) return false;
    this.#waiting.delete(index);
    // Not from within what the node is doing.
    this.#simulation.clockwork.later(0, () => waiting.strike(true));
    return true;
  }
}
