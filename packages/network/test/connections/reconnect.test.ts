import assert from "node:assert/strict";
import { encodeFrame, FrameDecoder } from "@causeway/protocol/wire/frame";
import { encodeHave, messageId } from "@causeway/protocol/wire/haveCodec";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import { multiaddr } from "@multiformats/multiaddr";
import { NetworkError } from "../../src/networkError.js";
import { CONSENSUS_PROTOCOL } from "../../src/protocols.js";
import { attack, shakeHands } from "../support/attacker.js";
import { Doorway } from "../support/doorway.js";
import { sampleMessages } from "../support/sampleChain.js";
import { peerIdOfNode, startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

const portOf = (node: TestNode) =>
  Number(
    multiaddr(node.network.addresses[0] as string)
      .getComponents()
      .find(({ name }) => name === "tcp")?.value,
  );

/** Of node `index`, where it is behind a door. */
const addressAt = (door: Doorway, index: number) =>
  `/ip4/127.0.0.1/tcp/${door.port}/p2p/${peerIdOfNode(index)}`;

describe("boot peers", () => {
  it("are dialled again when they come back on the same port, and messages flow", async () => {
    const first = await startNode(1);
    const door = await Doorway.open();
    door.leadTo(Promise.resolve(portOf(first)));
    const node = await startNode(0, { boot: [addressAt(door, 1)] });
    await until("connected", () => node.network.peers().length === 1);
    door.leadTo(null);
    await first.network.stop();
    await until("disconnected", () => node.network.peers().length === 0);
    const second = await startNode(1);
    door.leadTo(Promise.resolve(portOf(second)));
    await until("connected again", () => node.network.peers().length === 1);
    node.network.broadcastConsensus(sampleMessages(1).prepare);
    await until("message received", () => second.messages.length === 1);
    await stopAll([node, second]);
    await door.close();
  });

  it("are dialled until they are up", async () => {
    const door = await Doorway.open();
    const node = await startNode(0, { boot: [addressAt(door, 1)] });
    await until("a dial has failed", () => node.log.some(({ fields }) => "waitMs" in fields));
    const late = await startNode(1);
    door.leadTo(Promise.resolve(portOf(late)));
    await until("connected", () => node.network.peers().length === 1);
    await stopAll([node, late]);
    await door.close();
  });

  it("may dial each other at once", async () => {
    const doors = [await Doorway.open(), await Doorway.open()];
    const boot = doors.map(addressAt);
    const starting = doors.map((_, i) => startNode(i, { boot }));
    for (const [i, door] of doors.entries()) door.leadTo((starting[i] as Promise<TestNode>).then(portOf));
    const nodes = await Promise.all(starting);
    await until("one peer each", () => nodes.every(({ network }) => network.peers().length === 1));
    const [a, b] = nodes as [TestNode, TestNode];
    a.network.broadcastConsensus(sampleMessages(1).commit);
    b.network.broadcastConsensus(sampleMessages(1).prepare);
    await until("both heard", () => a.messages.length === 1 && b.messages.length === 1);
    for (const { connected, disconnected } of nodes) {
      assert.equal(connected.length, 1, "two connections of one life are one session");
      assert.deepEqual(disconnected, []);
    }
    await stopAll(nodes);
    for (const door of doors) await door.close();
  });
});

/** An attacker, always with the same identity, and the messages it was sent. */
async function listening(node: TestNode) {
  const attacker = await attack(node);
  const decoder = new FrameDecoder(1_000_000);
  const received: Uint8Array[] = [];
  await attacker.node.handle(CONSENSUS_PROTOCOL, (stream) => {
    stream.addEventListener("message", ({ data }) => void received.push(...decoder.push(data.subarray())));
  });
  return { attacker, received };
}

describe("a peer that comes back before its old connection is known to be dead", () => {
  it("gets its messages on the new one, also those that wait for the old", async () => {
    const node = await startNode(0);
    const old = await attack(node);
    await old.node.handle(CONSENSUS_PROTOCOL, (stream) => stream.pause());
    await shakeHands(old);
    await until("connected", () => node.network.peers().length === 1);
    const { commit, prepare } = sampleMessages(1);
    for (let i = 0; i < 1_000; i++) node.network.broadcastConsensus(commit);
    const { attacker: revived, received } = await listening(node);
    await shakeHands(revived);
    node.network.broadcastConsensus(prepare);
    await until("the newest arrived", () => received.some((message) => message[0] === WIRE_CODE.prepare));
    assert.deepEqual(node.disconnected, [], "it is the same life");
    await old.stop();
    await revived.stop();
    await node.network.stop();
  });

  it("C11: is a new peer when it started anew: what its last life had said to have is sent again", async () => {
    const node = await startNode(0);
    const { prepare, commit } = sampleMessages(5);
    const first = await listening(node);
    await shakeHands(first.attacker);
    await until("connected", () => node.connected.length === 1);
    node.network.broadcastConsensus(prepare);
    await until("the PREPARE arrives", () => first.received.length === 1);
    const stream = await first.attacker.open(CONSENSUS_PROTOCOL);
    stream.send(encodeFrame(encodeHave({ fromYou: [messageId(prepare)], fromOthers: [] })));
    for (let spared = false; !spared; ) {
      first.received.length = 0;
      for (const message of [prepare, commit]) node.network.broadcastConsensus(message);
      await until("the COMMIT arrives", () => first.received.at(-1)?.[0] === WIRE_CODE.commit);
      spared = first.received.length === 1;
    }

    const second = await listening(node);
    await shakeHands(second.attacker, { life: `0x${"22".repeat(16)}` });
    await until("told as connected anew", () => node.connected.length === 2);
    assert.deepEqual(node.disconnected, [second.attacker.peerId]);
    assert.equal(node.network.peers().length, 1);
    node.network.broadcastConsensus(prepare);
    await until("sent again", () => second.received.length === 1);
    await until("the old connection is closed", () => first.attacker.connection.status !== "open");
    assert.equal(node.disconnected.length, 1, "the end of the old connection ends nothing");
    await first.attacker.stop();
    await second.attacker.stop();
    await node.network.stop();
  });
});

describe("listening", () => {
  it("ListenFailed: a taken port is named", async () => {
    const node = await startNode(0);
    await assert.rejects(
      startNode(1, { port: portOf(node) }),
      (error: unknown) =>
        error instanceof NetworkError &&
        error.code === "ListenFailed" &&
        error.message.includes(String(portOf(node))),
    );
    await node.network.stop();
  });

  it("a stopped node can be stopped again", async () => {
    const node = await startNode(0);
    await node.network.stop();
    await node.network.stop();
    assert.deepEqual(node.network.peers(), []);
  });
});
