import type { BlobParameters } from "./ethereum/blobGas.js";
import type { ForkPoint } from "./ethereum/forkSchedule.js";
import type { Fork } from "./fork.js";

/** Which rules a chain's blocks follow. */
export interface ChainForks {
  at(block: ForkPoint): Fork;
  /** Whether a block at this place is surely made without work, whatever its parent was. */
  isMerged(block: Pick<ForkPoint, "number" | "timestamp">): boolean;
  /** null before Cancun. */
  blobs(fork: Fork): BlobParameters | null;
  readonly changes: ForkChanges;
}

/** Where rules change, ascending and each once. */
export interface ForkChanges {
  /** Heights above 0, the DAO's and the merge's included (EIP-2124). */
  readonly blocks: readonly number[];
  /** Seconds. */
  readonly times: readonly number[];
}

/** H2: Osaka from genesis. Blobs are not taken, so their fee never moves from its least. */
export const CAUSEWAY_FORKS: ChainForks = {
  at: () => "osaka",
  isMerged: () => true,
  blobs: () => ({ target: 6, max: 9, baseFeeUpdateFraction: 5_007_716 }),
  changes: { blocks: [], times: [0] },
};
