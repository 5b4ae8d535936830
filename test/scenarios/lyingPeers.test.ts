import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import { Follower } from "../support/follower.js";
import { LyingPeer } from "../support/lyingPeer.js";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const TIMEOUT_MS = 120_000;
/** Length of the chain when the lying begins. */
const BLOCKS = 12;
/** The largest height that a header can hold. */
const ABSURD_HEIGHT = 2 ** 47;
/** Slower than a block period, faster than the request's time limit. */
const DRIP_MS = 1_500;

/** @param truth the first blocks of the chain. */
type Answer = (truth: readonly CertifiedBlock[], from: number) => Promise<CertifiedBlock[]>;

const LIES: readonly (readonly [what: string, rule: string, answer: Answer])[] = [
  ["endless empty answers", "N3.emptyAnswer", async () => []],
  ["no answer at all", "N2.syncTimeout", () => new Promise<never>(() => {})],
  [
    "one block at a time, slowly",
    "N3.slowAnswer",
    async (truth, from) => {
      await delay(DRIP_MS);
      return truth.slice(from - 1, from);
    },
  ],
];

describe("peers that claim an absurd height and serve next to nothing (N3, N5)", () => {
  let cluster: Cluster;
  let truth: readonly CertifiedBlock[];
  let honest: string;

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "1"] });
    await cluster.waitForHeight(1, BLOCKS);
    const reader = await LyingPeer.join(cluster, { validators: [1] });
    honest = reader.addressOf(1);
    truth = await reader.fetchRange(1, BLOCKS);
    await reader.leave();
  });
  after(() => removeCluster(cluster));

  for (const [i, [what, rule, answer]] of LIES.entries()) {
    it(`${what}: ${rule}, validators go on voting, and a new node catches up from another peer`, async () => {
      const liar = await LyingPeer.join(cluster, {
        claimedHeight: ABSURD_HEIGHT,
        readBlocks: (from) => answer(truth, from),
      });
      const follower = new Follower(cluster, `follower-${i}`);
      try {
        await follower.start([liar.address]);
        await waitFor(
          "the follower to score the liar",
          async () => ((await follower.log()).includes(`"rule":"${rule}"`) ? true : null),
          { timeoutMs: TIMEOUT_MS },
        );
        assert.ok((await follower.height()) < (await cluster.height(1)));
        await follower.stop();

        await follower.start([liar.address, honest]);
        const height = await cluster.height(1);
        await waitFor(
          "the follower to catch up",
          async () => ((await follower.height()) >= height ? true : null),
          { timeoutMs: TIMEOUT_MS },
        );
        await Promise.all([1, 2, 3, 4].map((n) => cluster.waitForHeight(n, height + 3)));
        for (const url of [follower.url, cluster.rpcUrl(1)]) {
          const ready = async () => ((await fetch(`${url}/readyz`)).status === 200 ? true : null);
          await waitFor(`${url} to be ready`, ready, { timeoutMs: TIMEOUT_MS });
          assert.equal(await rpc(url, "eth_syncing"), false);
        }
      } finally {
        await follower.stop();
        await liar.leave();
      }
    });
  }
});
