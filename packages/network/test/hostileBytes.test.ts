import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import { encodeFrame } from "@causeway/protocol/wire/frame";
import { TRANSACTION_BYTES_MAX } from "@causeway/protocol/wire/frameLimits";
import { encodeHave, HAVE_IDS_MAX } from "@causeway/protocol/wire/haveCodec";
import { encodeSyncRequest } from "@causeway/protocol/wire/syncCodec";
import { multiaddr } from "@multiformats/multiaddr";
import { concat, encodeRlp, getBytes } from "ethers";
import { CONNECTIONS_PER_PEER_MAX, RATE_BURST_SECONDS, STRANGER_SYNC_RATE } from "../src/limits.js";
import { gossipTopics } from "../src/protocols.js";
import { FrameReader } from "../src/streams/frameReader.js";
import { type Attacker, attack, shakeHands } from "./support/attacker.js";
import { gossipReady } from "./support/gossipReady.js";
import { domain, sampleMessages, sampleTransaction } from "./support/sampleChain.js";
import { logged, startMesh, startNode, stopAll, type TestNode } from "./support/testNode.js";
import { until } from "./support/until.js";

/** Between two attempts to be heard. */
const REPEAT_MS = 500;
/** Of the largest `have`: more than a stranger may send in a burst, and than a stream that nobody reads holds. */
const FLOOD_FRAMES = 1_000;
/** As many as libp2p by itself would wait for. */
const SILENT_SOCKETS = 10;

describe("hostile bytes on the p2p port", () => {
  let nodes: TestNode[];
  let attacker: Attacker | null = null;
  beforeEach(async () => {
    nodes = await startMesh(2);
  });
  afterEach(async () => {
    await attacker?.stop();
    attacker = null;
    await stopAll(nodes);
  });

  /** The process goes on: a message between honest nodes still arrives. */
  async function assertStillServing(): Promise<void> {
    const [a, b] = nodes as [TestNode, TestNode];
    b.network.broadcastConsensus(sampleMessages(3).prepare);
    await until("honest message received", () => a.messages.length > 0);
  }

  async function intruder(): Promise<Attacker> {
    attacker = await attack(nodes[0] as TestNode);
    await shakeHands(attacker);
    return attacker;
  }

  it("N1.noise: random bytes on the raw socket", async () => {
    const [target] = nodes as [TestNode];
    const { host, port } = socketOf(target);
    const socket = connect(port, host);
    socket.on("error", () => undefined);
    socket.write(randomBytes(4_096));
    await until("refused", () => logged(target, "N1.noise"));
    socket.destroy();
    await assertStillServing();
  });

  const frames: Record<string, () => Uint8Array> = {
    "N2.code: an unknown type code": () => encodeFrame(new Uint8Array([0xee, 0xc0])),
    "N2.message: no RLP": () => encodeFrame(new Uint8Array([0x11, 0xff, 0xff, 0xff])),
    "N2.prepare: too few fields": () => encodeFrame(new Uint8Array([0x11, 0xc0])),
    "N2.frame: an announced length beyond the bound": () => new Uint8Array([0xff, 0xff, 0xff, 0x7f]),
  };
  for (const [name, bytes] of Object.entries(frames)) {
    it(`${name}, after the handshake`, async () => {
      const [target] = nodes as [TestNode];
      const stream = await (await intruder()).open("/causeway/1/consensus");
      stream.send(bytes());
      await until("penalised", () => logged(target, name.slice(0, name.indexOf(":"))));
      await until("the stream is gone", () => stream.status !== "open");
      assert.ok(target.network.peers().some(({ score }) => score < 0));
      await assertStillServing();
    });
  }

  it("N2.consensusRate: a stranger's flood of well-formed `have` is held back and counted, and no validator waits", async () => {
    const [target, other] = nodes as [TestNode, TestNode];
    const stream = await (await intruder()).open("/causeway/1/consensus");
    const ids = Array.from(
      { length: HAVE_IDS_MAX },
      (_, n) => `0x${n.toString(16).padStart(24, "0")}` as const,
    );
    const flood = encodeFrame(encodeHave({ fromYou: ids, fromOthers: ids }));
    for (let i = 0; i < FLOOD_FRAMES; i++) stream.send(flood);
    await until("held back", () => logged(target, "N2.consensusRate"));
    other.network.broadcastConsensus(sampleMessages(3).prepare);
    await until("the validator is heard", () => target.messages.length > 0);
    await until("the flood fills its own stream", () => stream.writableNeedsDrain);
    assert.equal(stream.status, "open", "what is not read yet waits at its sender");
    assert.deepEqual(target.disconnected, [], "it waits; only who goes on for minutes is banned");
  });

  it("N2.syncRate: a stranger that asks too often is penalised", async () => {
    const [target] = nodes as [TestNode];
    const { open, peerId } = await intruder();
    const asked = encodeFrame(encodeSyncRequest({ kind: "blocks", from: 1, count: 1 }));
    let requests = 0;
    for (; !logged(target, "N2.syncRate"); requests++) {
      const stream = await open("/causeway/1/sync");
      const answers = new FrameReader(stream, asked.length);
      if (stream.status === "open") stream.send(asked);
      await answers.next();
      await stream.close().catch(() => undefined);
    }
    assert.ok(requests >= RATE_BURST_SECONDS * STRANGER_SYNC_RATE.messages, `after ${requests} requests`);
    assert.ok(target.network.peers().every(({ id, score }) => (id === peerId ? score < 0 : score === 0)));
    await assertStillServing();
  });

  it("N2.banned: who goes on is disconnected and not let in again", async () => {
    const [target] = nodes as [TestNode];
    const { connection, node, open, peerId } = await intruder();
    for (let i = 0; connection.status === "open" && i < 10; i++) {
      const stream = await open("/causeway/1/consensus").catch(() => null);
      stream?.send(encodeFrame(new Uint8Array([0xee])));
      await until("answered", () => stream === null || stream.status !== "open");
    }
    await until("disconnected", () => target.disconnected.includes(peerId));
    await node.dial(multiaddr(target.network.addresses[0] as string)).catch(() => undefined);
    await until("refused", () => logged(target, "N2.banned"));
    await assertStillServing();
  });

  it("N2: sockets that say nothing do not keep others out", async () => {
    const [target] = nodes as [TestNode];
    const { host, port } = socketOf(target);
    const sockets = Array.from({ length: SILENT_SOCKETS }, () => connect(port, host).on("error", () => {}));
    await Promise.all(sockets.map((socket) => once(socket, "connect")));
    const late = await startNode(2, { boot: target.network.addresses });
    nodes.push(late);
    await until("the late one is connected", () => late.network.peers().length > 0);
    for (const socket of sockets) socket.destroy();
  });

  it("N2: one peer holds a bounded number of connections and stays one peer", async () => {
    const [target] = nodes as [TestNode];
    const { node, peerId } = await intruder();
    const address = multiaddr(target.network.addresses[0] as string);
    for (let i = 0; i < CONNECTIONS_PER_PEER_MAX + 1; i++) {
      const connection = await node.dial(address, { force: true });
      await shakeHands({ node, connection, open: (protocol) => connection.newStream(protocol) });
    }
    await until("the oldest are closed", () => node.getConnections().length <= CONNECTIONS_PER_PEER_MAX);
    assert.deepEqual(target.disconnected, []);
    assert.equal(target.network.peers().filter(({ id }) => id === peerId).length, 1);
    await assertStillServing();
  });

  /** Another each time, since gossip says nothing twice. */
  const garbage: Record<string, () => Uint8Array> = {
    "N2.transaction.type: of a type that is none": () => randomBytes(64).fill(0x7f, 0, 1),
    "N2.gossip: larger than any transaction": () =>
      getBytes(concat(["0x02", encodeRlp([randomBytes(TRANSACTION_BYTES_MAX)])])),
  };
  for (const [name, make] of Object.entries(garbage)) {
    it(`${name}, on the gossip topics, is scored and not passed on`, async () => {
      const [target, other] = nodes as [TestNode, TestNode];
      await gossipReady(target, [other]);
      const { node } = await intruder();
      const { tx: topic } = gossipTopics(domain.genesisHash);
      await until("gossip is meshed", () => node.services.pubsub.getSubscribers(topic).length > 0);
      // What is published before the target has taken the intruder in is ignored: say it until it is heard.
      let published = performance.now() - REPEAT_MS;
      await until("penalised", () => {
        if (performance.now() - published >= REPEAT_MS) {
          published = performance.now();
          void node.services.pubsub.publish(topic, make()).catch(() => undefined);
        }
        return logged(target, name.slice(0, name.indexOf(":")));
      });
      // Gossip keeps its order on one stream: had the garbage been passed on, it would have come first.
      const last = await sampleTransaction(0);
      target.network.publishTransaction(last);
      const honest = () => other.transactions.some(({ transaction }) => isSame(transaction, last));
      await until("an honest transaction received", honest);
      assert.deepEqual(other.refused, []);
      await assertStillServing();
    });
  }
});

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function socketOf(node: TestNode): { host: string; port: number } {
  const [, , host, , port] = (node.network.addresses[0] as string).split("/");
  return { host: host as string, port: Number(port) };
}
