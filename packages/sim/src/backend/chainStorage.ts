import type { Chain } from "@causeway/chain/openChain";
import type { BatchesLeft, UnsyncedBatches } from "../disk/unsyncedBatches.js";
import type { ChainWorld } from "./chainBackend.js";

/** What one machine keeps its chain in, over all lives of its node. */
export interface ChainStorage {
  /** What it opens has all that was written before, save what a power loss took. */
  open(world: ChainWorld): Promise<Chain>;
  /** Batches that a power loss now might not leave. */
  readonly unsyncedBatches: number;
  /** @param keeps how many of so many unsynced batches, the first of them, had reached the disk. */
  losePower(keeps: (unsyncedBatches: number) => number): BatchesLeft;
}

export function storageOver(unsynced: UnsyncedBatches, open: ChainStorage["open"]): ChainStorage {
  return {
    open,
    get unsyncedBatches() {
      return unsynced.count;
    },
    losePower: (keeps) => unsynced.losePower(keeps),
  };
}
