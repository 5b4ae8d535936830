import { join } from "node:path";
import type { Address } from "@causeway/protocol/hex";

/** Where a node keeps what, under its `dataDir` (X9). */
export interface NodePaths {
  readonly chain: string;
  /** Safety records and their locks. */
  readonly safety: string;
  /** Evidence against validators and of safety stops. */
  readonly evidence: string;
  lock(key: Address): string;
}

export function nodePaths(dataDir: string): NodePaths {
  const safety = join(dataDir, "safety");
  return {
    chain: join(dataDir, "chain"),
    safety,
    evidence: join(dataDir, "evidence"),
    lock: (key) => join(safety, `${key}.lock`),
  };
}
