import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";

/** Longer than a block takes that is on its way. */
const INTERVAL_MS = 2_000;

/** The height at which validators 1 and 2 agree, twice in a row: the last one, where the chain has stopped. */
export function settledHeight(cluster: Cluster, timeoutMs: number): Promise<number> {
  let last = -1;
  return waitFor(
    "validators 1 and 2 to stand at one height",
    async () => {
      const [one, two] = await Promise.all([cluster.height(1), cluster.height(2)]);
      const settled = one === two && one === last;
      last = one;
      return settled ? one : null;
    },
    { timeoutMs, intervalMs: INTERVAL_MS },
  );
}
