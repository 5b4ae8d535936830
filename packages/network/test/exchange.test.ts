import assert from "node:assert/strict";
import { encodeConsensusMessage } from "@causeway/protocol/wire/consensusMessageCodec";
import { gossipReady } from "./support/gossipReady.js";
import {
  certified,
  sampleBlock,
  sampleMessages,
  sampleTransaction,
  validators,
} from "./support/sampleChain.js";
import { startMesh, stopAll, type TestNode } from "./support/testNode.js";
import { until } from "./support/until.js";

describe("four nodes over real sockets", () => {
  let nodes: TestNode[];
  before(async () => {
    nodes = await startMesh(4);
  });
  after(() => stopAll(nodes));

  const [sender, ...others] = [0, 1, 2, 3].map((i) => () => nodes[i] as TestNode) as [
    () => TestNode,
    () => TestNode,
    () => TestNode,
    () => TestNode,
  ];

  it("N1: every peer has proven its validator key", () => {
    for (const [i, { network }] of nodes.entries()) {
      const proven = network.peers().map(({ validator }) => validator);
      const expected = validators.map(({ address }) => address).filter((_, j) => j !== i);
      assert.deepEqual(new Set(proven), new Set(expected));
    }
  });

  for (const [kind, message] of Object.entries(sampleMessages(7))) {
    it(`C11: a ${kind} reaches every peer, byte for byte and with its signers`, async () => {
      sender().network.broadcastConsensus(message);
      for (const other of others) {
        const received = () =>
          other().messages.find(
            (entry) => entry.message.kind === kind && entry.peer === sender().network.peerId,
          );
        await until(`${kind} received`, () => received() !== undefined);
        assert.deepEqual(received()?.message, message);
        assert.deepEqual(
          encodeConsensusMessage(received()?.message ?? message),
          encodeConsensusMessage(message),
        );
      }
    });
  }

  it("C11: a relayed message spares the peer it came from, a direct one reaches only its peer", async () => {
    const [a, b, c] = others;
    const relayed = sampleMessages(8).prepare;
    sender().network.relayConsensus(relayed, a().network.peerId);
    const direct = sampleMessages(9).prepare;
    sender().network.sendConsensus(a().network.peerId, direct);
    const heights = (node: TestNode) => node.messages.map(({ message }) => message.payload.height);
    await until(
      "both arrived",
      () => heights(a()).includes(9) && heights(b()).includes(8) && heights(c()).includes(8),
    );
    assert.ok(!heights(a()).includes(8));
    assert.ok(!heights(b()).includes(9));
  });

  it("C11: a decided block is pushed with its certificate", async () => {
    const decided = certified(sampleBlock(11));
    const [a] = others;
    sender().network.sendDecided(a().network.peerId, decided);
    await until("decided received", () => a().decided.length > 0);
    assert.deepEqual(a().decided[0]?.decided, decided);
    const peer = a()
      .network.peers()
      .find(({ id }) => id === sender().network.peerId);
    assert.equal(peer?.height, 11);
  });

  it("N2: transactions and heads reach all by gossip", async () => {
    const receivers = others.map((other) => other());
    await gossipReady(sender(), receivers);
    const transaction = await sampleTransaction(0);
    const decided = certified(sampleBlock(12));
    sender().network.publishTransaction(transaction);
    sender().network.publishHead(decided);
    for (const { transactions, heads } of receivers) {
      const received = () =>
        transactions.find((entry) => Buffer.compare(entry.transaction, transaction) === 0);
      await until("transaction received", () => received() !== undefined);
      await until("head received", () => heads.length > 0);
      // A Buffer would compare equal, but its slice() shares memory.
      assert.deepEqual(received()?.transaction, transaction);
      assert.equal(heads[0]?.hash, decided.block.hash);
      assert.equal(heads[0]?.height, 12);
    }
  });
});
