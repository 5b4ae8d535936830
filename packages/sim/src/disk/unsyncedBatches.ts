import type { Life } from "../node/life.js";

/** What a power loss did with batches that were not synced. */
export interface BatchesLeft {
  readonly kept: number;
  readonly lost: number;
}

/** Batches a block store was given and has not synced, in order. A power loss leaves a beginning of them, each whole or not at all. */
export class UnsyncedBatches {
  #undo: (() => void)[] = [];

  get count(): number {
    return this.#undo.length;
  }

  /** @param undo takes the batch out of the store again, once those after it are out. */
  wrote(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** All of them reach the disk. */
  sync(life: Life): void {
    life.reach("block.fsync");
    this.#undo = [];
  }

  /** What a killed process had written is there, and LevelDB has it on disk before it is open. */
  recover(life: Life): void {
    if (this.count > 0) this.sync(life);
  }

  /** @param keeps how many of so many had reached the disk. */
  losePower(keeps: (unsyncedBatches: number) => number): BatchesLeft {
    const written = this.#undo;
    this.#undo = [];
    if (written.length === 0) return { kept: 0, lost: 0 };
    const kept = keeps(written.length);
    for (const undo of written.slice(kept).reverse()) undo();
    return { kept, lost: written.length - kept };
  }
}
