import type { SeededRandom } from "../time/seededRandom.js";

/** How the network treats what is sent, until the world is healed. */
export interface LinkFaults {
  /** Probability that a message is lost. */
  readonly loss: number;
  /** Probability that it arrives twice. */
  readonly duplication: number;
  /** Delay in milliseconds: at least, and at most. */
  readonly delayMsMin: number;
  readonly delayMsMax: number;
  /** Probability of a delay ten times as long: what arrives after everything sent later. */
  readonly straggling: number;
}

export const HEALTHY_LINKS: LinkFaults = {
  loss: 0,
  duplication: 0,
  delayMsMin: 5,
  delayMsMax: 15,
  straggling: 0,
};

const STRAGGLER_FACTOR = 10;

/** The directed links between nodes: which are cut, and what happens on the others. */
export class Links {
  faults: LinkFaults;
  /** What has happened to messages so far. */
  readonly counts = { lost: 0, doubled: 0, straggling: 0, overtaken: 0 };
  readonly #random: SeededRandom;
  readonly #cut = new Set<string>();
  readonly #missing = new Set<string>();

  /** @param unconnected pairs of nodes that never connect, healed or not. */
  constructor(random: SeededRandom, faults: LinkFaults, unconnected: readonly (readonly [number, number])[]) {
    this.#random = random;
    this.faults = faults;
    for (const [a, b] of unconnected) this.#missing.add(`${a}>${b}`).add(`${b}>${a}`);
  }

  /** Whether every node connects to every other. */
  get isFullMesh(): boolean {
    return this.#missing.size === 0;
  }

  isMissing(from: number, to: number): boolean {
    return this.#missing.has(`${from}>${to}`);
  }

  cut(from: number, to: number): void {
    this.#cut.add(`${from}>${to}`);
  }

  restore(from: number, to: number): void {
    this.#cut.delete(`${from}>${to}`);
  }

  isCut(from: number, to: number): boolean {
    return this.#cut.has(`${from}>${to}`);
  }

  heal(): void {
    this.faults = HEALTHY_LINKS;
    this.#cut.clear();
  }

  /** Delays after which the copies of one message arrive; none when it is lost. */
  delaysMs(): readonly number[] {
    const { loss, duplication } = this.faults;
    if (loss > 0 && this.#random.chance(loss)) {
      this.counts.lost += 1;
      return [];
    }
    if (duplication > 0 && this.#random.chance(duplication)) {
      this.counts.doubled += 1;
      return [this.#delayMs(), this.#delayMs()];
    }
    return [this.#delayMs()];
  }

  #delayMs(): number {
    const { delayMsMin, delayMsMax, straggling } = this.faults;
    const delayMs = this.#random.integer(delayMsMin, delayMsMax);
    if (straggling === 0 || !this.#random.chance(straggling)) return delayMs;
    this.counts.straggling += 1;
    return delayMs * STRAGGLER_FACTOR;
  }
}
