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

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "1"] });
    await RequestStorm.prepare(cluster, 0);
  });
  after(() => removeCluster(cluster));

  it("takes no block more than one round: requests are served beside consensus, and all of them are", async () => {
    const before = await cluster.height(1);
    const storm = RequestStorm.begin(cluster, CLIENTS);
    const last = before + BLOCKS;
    for (const [i] of cluster.validators.entries()) {
      await cluster.waitForHeight(i + 1, last, STORM_TIMEOUT_MS);
    }
    const { calls, logs, traces, failed } = await storm.end();
    assert(calls > 0 && logs > 0 && traces > 0, JSON.stringify({ calls, logs, traces }));
    assert.equal(failed, 0);
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
