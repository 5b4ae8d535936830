import assert from "node:assert/strict";
import { HEAD_RATE, RATE_BURST_SECONDS } from "../../src/limits.js";
import type { HeadVerdict } from "../../src/networkPort.js";
import { gossipReady } from "../support/gossipReady.js";
import { certified, sampleBlock, sampleTransaction } from "../support/sampleChain.js";
import { startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

/** More than the rate allows while they arrive, also where that takes ten seconds. */
const FLOOD = 1_000;

describe("gossiped heads pass the host of each node (N2)", () => {
  let nodes: TestNode[];
  let verdict: HeadVerdict;
  let judged: number[];
  const [source, middle, end] = [0, 1, 2].map((i) => () => nodes[i] as TestNode) as [
    () => TestNode,
    () => TestNode,
    () => TestNode,
  ];

  /** A line of three: what reaches the end, the middle has passed on. */
  before(async () => {
    const first = await startNode(0);
    const second = await startNode(1, {
      boot: first.network.addresses,
      handlers: {
        onHeadAnnounced: async (_peer, { header }) => {
          judged.push(header.height);
          return verdict;
        },
      },
    });
    nodes = [first, second, await startNode(2, { boot: second.network.addresses })];
    await until("the line stands", () => middle().network.peers().length === 2);
    await gossipReady(source(), [middle(), end()]);
  });
  beforeEach(() => {
    judged = [];
  });
  after(() => stopAll(nodes));

  const reached = (height: number) => end().heads.some((head) => head.height === height);
  const claimed = () =>
    middle()
      .network.peers()
      .find(({ id }) => id === source().network.peerId);
  async function publish(height: number, judgement: HeadVerdict): Promise<void> {
    verdict = judgement;
    source().network.publishHead(certified(sampleBlock(height)));
    await until(`head ${height} judged`, () => judged.includes(height));
  }
  /** What was published after it has arrived, so it never will. */
  async function assertKeptBack(height: number): Promise<void> {
    await publish(height + 1, "accept");
    await until("the next head arrives", () => reached(height + 1));
    assert.equal(reached(height), false);
  }

  it("accept: goes on, with the certificate for the host to judge", async () => {
    await publish(10, "accept");
    await until("the head arrives", () => reached(10));
    assert.equal(claimed()?.height, 10);
  });

  it("ignore: goes no further, and the peer is said to have it", async () => {
    await publish(20, "ignore");
    assert.equal(claimed()?.height, 20);
    assert.equal(claimed()?.score, 0);
    await assertKeptBack(20);
  });

  it("reject: goes no further, costs its peer, is counted, and nothing is believed of it", async () => {
    await publish(30, "reject");
    await until("the peer is penalised", () => (claimed()?.score ?? 0) < 0);
    assert.equal(claimed()?.height, 21);
    assert.deepEqual(middle().refused, ["N2.headSeals"]);
    await assertKeptBack(30);
  });

  it("more heads than all validators of a chain announce are not even looked at", async () => {
    verdict = "ignore";
    const heads = Array.from({ length: FLOOD }, (_, i) => certified(sampleBlock(1_000 + i)));
    const startedAt = performance.now();
    for (const head of heads) source().network.publishHead(head);
    source().network.publishTransaction(await sampleTransaction(0));
    await until("what was published after them arrives", () => middle().transactions.length > 0);
    const seconds = (performance.now() - startedAt) / 1_000;
    assert.ok(
      judged.length <= HEAD_RATE.messages * (seconds + RATE_BURST_SECONDS) + 1,
      `${judged.length} of ${FLOOD} were judged in ${seconds} s: more than ${HEAD_RATE.messages} a second`,
    );
  });
});
