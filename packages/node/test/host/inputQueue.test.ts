import assert from "node:assert/strict";
import type { Input } from "@causeway/consensus/input";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { InputQueue } from "../../src/host/inputQueue.js";
import { fakeBlock } from "../fakes/blocks.js";

function prepare(peer: string, round: number): Input {
  const payload = { height: 1, round, blockHash: ZERO_HASH };
  const message: ConsensusMessage = { kind: "prepare", payload, author: ZERO_ADDRESS, signature: "0x" };
  return { kind: "message", peer, message, nowMs: 0 };
}

function proposal(peer: string, round: number, bodyBytes: number): Input {
  const block = fakeBlock({ height: 1, bodyBytes });
  const payload = { height: 1, round, blockHash: block.hash };
  const author = ZERO_ADDRESS;
  const message: ConsensusMessage = {
    kind: "proposal",
    payload,
    author,
    signature: "0x",
    block,
    roundChanges: [],
    prepares: [],
  };
  return { kind: "message", peer, message, nowMs: 0 };
}

function answer(height: number): Input {
  return { kind: "timeout", timer: { kind: "round", height, round: 0 }, nowMs: 0 };
}

function drain(queue: InputQueue): string[] {
  const taken: string[] = [];
  for (let input = queue.take(); input !== null; input = queue.take()) {
    if (input.kind === "message") taken.push(`${input.peer}${input.message.payload.round}`);
    else if (input.kind === "timeout") taken.push(`timeout${input.timer.height}`);
  }
  return taken;
}

describe("InputQueue", () => {
  const limits = { messagesPerPeerMax: 2, blockBytesPerPeerMax: 1_000 };

  it("is first in, first out", () => {
    const queue = new InputQueue(limits, () => {});
    for (const input of [prepare("a", 1), answer(7), prepare("b", 2)]) queue.push(input);
    assert.deepEqual(drain(queue), ["a1", "timeout7", "b2"]);
  });

  it("drops the oldest messages of the peer that is over its share, nobody else's", () => {
    const dropped: string[] = [];
    const queue = new InputQueue(limits, (peer) => dropped.push(peer));
    queue.push(prepare("b", 0));
    for (let round = 1; round <= 5; round++) queue.push(prepare("a", round));
    assert.deepEqual(drain(queue), ["b0", "a4", "a5"]);
    assert.deepEqual(dropped, ["a", "a", "a"]);
  });

  it("bounds the bytes of blocks, and still takes a single larger one", () => {
    const queue = new InputQueue({ ...limits, messagesPerPeerMax: 100 }, () => {});
    queue.push(proposal("a", 1, 400));
    queue.push(proposal("a", 2, 400));
    queue.push(proposal("a", 3, 5_000));
    assert.deepEqual(drain(queue), ["a3"]);
  });

  it("never drops an answer, a timeout or a head", () => {
    const queue = new InputQueue(limits, () => {});
    for (let i = 0; i < 5_000; i++) {
      queue.push(answer(i));
      queue.push(prepare("a", i));
    }
    assert.equal(queue.length, 5_002);
    assert.equal(drain(queue).filter((name) => name.startsWith("timeout")).length, 5_000);
  });

  it("gives a peer its share back as its messages are taken", () => {
    const queue = new InputQueue(limits, () => assert.fail("nothing to drop"));
    for (let round = 0; round < 10_000; round++) {
      queue.push(prepare("a", round));
      assert.deepEqual(drain(queue), [`a${round}`]);
    }
  });
  it("counts of a peer only the blocks that still wait, taken or dropped ones no longer", () => {
    const dropped: string[] = [];
    const queue = new InputQueue({ messagesPerPeerMax: 100, blockBytesPerPeerMax: 11_000 }, (peer) =>
      dropped.push(peer),
    );
    queue.push(proposal("a", 0, 3_000));
    for (let round = 1; round <= 20; round++) {
      queue.push(proposal("a", round, 3_000));
      const taken = queue.take();
      assert.equal(taken?.kind === "message" && taken.message.payload.round, round - 1);
    }
    assert.deepEqual(dropped, []);
    for (let round = 21; round <= 24; round++) queue.push(proposal("a", round, 3_000));
    assert.deepEqual(drain(queue), ["a22", "a23", "a24"]);
  });
});
