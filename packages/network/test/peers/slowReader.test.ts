import assert from "node:assert/strict";
import { FrameDecoder } from "@causeway/protocol/wire/frame";
import type { Stream } from "@libp2p/interface";
import { CONSENSUS_PROTOCOL } from "../../src/protocols.js";
import { attack, shakeHands } from "../support/attacker.js";
import { sampleMessages } from "../support/sampleChain.js";
import { startNode } from "../support/testNode.js";
import { until } from "../support/until.js";

describe("a peer that does not read (N2)", () => {
  it("loses the oldest messages and gets the newest when it reads again", async () => {
    const node = await startNode(0);
    const attacker = await attack(node);
    let stream: Stream | null = null;
    const received: Uint8Array[] = [];
    await attacker.node.handle(CONSENSUS_PROTOCOL, (incoming) => {
      stream = incoming;
      incoming.pause();
      const decoder = new FrameDecoder(10_000_000);
      incoming.addEventListener("message", ({ data }) => {
        received.push(...decoder.push(data instanceof Uint8Array ? data : data.subarray()));
      });
    });
    await shakeHands(attacker);
    await until("connected", () => node.network.peers().length === 1);
    const { commit, prepare } = sampleMessages(1);
    const sent = 4_000;
    for (let i = 0; i < sent; i++) {
      node.network.broadcastConsensus(commit);
      if (i % 500 === 0) await new Promise(setImmediate);
    }
    node.network.broadcastConsensus(prepare);
    await until("messages were dropped", () => node.log.some(({ fields }) => "dropped" in fields));
    await until("the stream is open", () => stream !== null);
    (stream as unknown as Stream).resume();
    await until("the newest arrived", () => received.some((message) => message[0] === 0x11));
    assert.ok(received.length < sent);
    await attacker.stop();
    await node.network.stop();
  });
});
