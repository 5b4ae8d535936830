import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { rpc } from "./rpc.js";

/**
 * What was sent before validators died may still arrive: the block that was under way, and one whose last votes a
 * validator had not read when it told its height.
 */
const BLOCKS_UNDER_WAY_MAX = 2;

interface Status {
  readonly height: number;
  readonly round: number;
  readonly peers: readonly unknown[];
}

/**
 * Where validators 1 and 2 of four stand once the other two have died. Both have read what the dead still said, up to the end
 * of their connections, and have given up a round there: the chain has had its chance.
 */
export async function haltedHeight(cluster: Cluster, timeoutMs: number): Promise<number> {
  const statuses = () => Promise.all([1, 2].map((i) => rpc<Status>(cluster.rpcUrl(i), "causeway_status")));
  const known = Math.max(...(await statuses()).map(({ height }) => height));
  let last = -1;
  const halted = await waitFor(
    "validators 1 and 2 to have only each other and to give up a round at one height, at two looks",
    async () => {
      const now = await statuses();
      const [height = -1, other] = now.map((status) => status.height);
      const stands = height === other && now.every(({ round, peers }) => round > 0 && peers.length === 1);
      const before = last;
      last = stands ? height : -1;
      return stands && height === before ? height : null;
    },
    { timeoutMs },
  );
  assert.ok(halted <= known + BLOCKS_UNDER_WAY_MAX, `blocks ${known + 1} to ${halted} without a quorum`);
  return halted;
}
