import assert from "node:assert/strict";
import type { Cluster } from "@causeway/devnet/cluster";
import { finalizedLines } from "../support/finalizedLines.js";
import { otherThreadsMs, processorTime } from "../support/processorTime.js";
import { RequestStorm, type StormCounts } from "../support/requestStorm.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const CLIENTS = 6;
const BLOCKS = 20;
const STORM_TIMEOUT_MS = 600_000;
/**
 * Longer than a machine that other programs use as well takes the voting threads their processors for. That the storm does not
 * hold them up, however long a round is, shows in what they did meanwhile.
 */
const REQUEST_TIMEOUT_MS = 20_000;

/** Processor time of a validator's threads, in milliseconds; null where the system does not tell. */
interface Threads {
  readonly votingMs: number | null;
  readonly othersMs: number | null;
}

describe("a storm of requests at every validator", () => {
  let cluster: Cluster;
  let storm: RequestStorm | undefined;
  let counts: StormCounts;
  /** Height at which the storm began. */
  let begun: number;
  let threadsBefore: readonly Threads[];
  let threadsAfter: readonly Threads[];

  before(async () => {
    cluster = await startUnbridged({
      initArgs: ["--empty-block-period", "1", "--request-timeout", String(REQUEST_TIMEOUT_MS)],
    });
    await RequestStorm.prepare(cluster, 0);
    begun = await cluster.height(1);
    threadsBefore = await threads();
    storm = RequestStorm.begin(cluster, CLIENTS);
    for (const [i] of cluster.validators.entries()) {
      await cluster.waitForHeight(i + 1, begun + BLOCKS, STORM_TIMEOUT_MS);
    }
    threadsAfter = await threads();
    counts = await storm.end();
  });
  after(async () => {
    await storm?.abandon();
    await removeCluster(cluster);
  });

  function threads(): Promise<Threads[]> {
    return Promise.all(
      cluster.validators.map(async ({ pid = 0 }) => ({
        votingMs: (await processorTime(pid))?.ranMs ?? null,
        othersMs: await otherThreadsMs(pid),
      })),
    );
  }

  it("is answered, all kinds of requests", () => {
    const { calls, logs, traces } = counts;
    assert(calls > 0 && logs > 0 && traces > 0, JSON.stringify(counts));
  });

  it("takes no block more than one round", async () => {
    for (const [i] of cluster.validators.entries()) {
      const lines = (await finalizedLines(cluster, i + 1)).filter(
        ({ height }) => height > begun + 1 && height <= begun + BLOCKS,
      );
      assert.equal(lines.length, BLOCKS - 1);
      assert.deepEqual(
        lines.filter(({ round }) => round > 0),
        [],
        `validator ${i + 1} finalized in a later round`,
      );
    }
  });

  it("is no work of the threads that vote", function () {
    for (const [i, { votingMs, othersMs }] of threadsAfter.entries()) {
      const before = threadsBefore[i] ?? assert.fail();
      // Only Linux tells of the threads of another process.
      if (votingMs === null || othersMs === null || before.votingMs === null || before.othersMs === null)
        this.skip();
      const voting = votingMs - before.votingMs;
      const others = othersMs - before.othersMs;
      // Whoever answers works all the time. Only which of the two that is shows here, however fast or busy the machine is.
      assert.ok(voting < others, `validator ${i + 1} voted for ${voting} ms and served for ${others} ms`);
    }
  });
});
