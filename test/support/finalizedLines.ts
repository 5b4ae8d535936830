import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";

/** What a validator logs of a block it finalized. */
export interface FinalizedLine {
  readonly height: number;
  readonly txs: number;
  readonly round: number;
  /** From the first sight of the proposal, at the proposer the start of building; null for a block that was synced. */
  readonly ms: number | null;
}

/** From the log of validator `i`, counted from one, in the order of finalization. */
export async function finalizedLines(cluster: Cluster, i: number): Promise<FinalizedLine[]> {
  const text = await readFile(cluster.path(`node-${i}/node.log`), "utf8");
  return text
    .split("\n")
    .filter((line) => line.includes('"msg":"block '))
    .map((line) => JSON.parse(line) as FinalizedLine);
}
