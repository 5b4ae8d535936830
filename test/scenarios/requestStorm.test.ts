import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { finalizedLines } from "../support/finalizedLines.js";
import { RequestStorm } from "../support/requestStorm.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const CLIENTS = 6;
const BLOCKS = 20;
const STORM_TIMEOUT_MS = 120_000;

describe("a storm of requests at every validator", () => {
  let cluster: Cluster;
  let storm: RequestStorm | undefined;

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "1"] });
    await RequestStorm.prepare(cluster, 0);
  });
  after(async () => {
    await storm?.abandon();
    await removeCluster(cluster);
  });

  it("takes no block more than one round: all kinds of requests are answered beside consensus", async () => {
    const before = await cluster.height(1);
    storm = RequestStorm.begin(cluster, CLIENTS);
    const last = before + BLOCKS;
    for (const [i] of cluster.validators.entries()) {
      await cluster.waitForHeight(i + 1, last, STORM_TIMEOUT_MS);
    }
    const { calls, logs, traces } = await storm.end();
    assert(calls > 0 && logs > 0 && traces > 0, JSON.stringify({ calls, logs, traces }));
    for (const [i] of cluster.validators.entries()) {
      const lines = (await finalizedLines(cluster, i + 1)).filter(
        ({ height }) => height > before + 1 && height <= last,
      );
      assert.equal(lines.length, BLOCKS - 1);
      assert.deepEqual(
        lines.filter(({ round }) => round > 0),
        [],
        `validator ${i + 1} finalized in a later round`,
      );
    }
  });
});
