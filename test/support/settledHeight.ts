import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";

/**
 * The height at which validators 1 and 2 agree, twice in a row.
 * @param wait.intervalMs between two looks; where it is longer than a block takes, the chain stands still.
 */
export function settledHeight(
  cluster: Cluster,
  wait: { readonly timeoutMs: number; readonly intervalMs: number },
): Promise<number> {
  let last = -1;
  return waitFor(
    "validators 1 and 2 to stand at one height",
    async () => {
      const [one, two] = await Promise.all([cluster.height(1), cluster.height(2)]);
      const settled = one === two && one === last;
      last = one;
      return settled ? one : null;
    },
    wait,
  );
}
