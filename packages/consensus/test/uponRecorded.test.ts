import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

describe("UponRecorded", () => {
  it("W2: nothing is sent and nothing counts before it is on disk", () => {
    const node = new LocalNode({ self: 3, holding: ["record"] });
    node.expire("round");
    assert.equal(node.asked("round-change").length, 1);
    assert.deepEqual(node.of("broadcast"), []);
    assert.equal(node.height.votes.roundChanges.size, 0);
    for (const effect of node.asked("round-change")) node.records(effect);
    assert.equal(node.sent("round-change").length, 1);
    assert.equal(node.height.votes.roundChanges.size, 1);
  });

  it("W2, C10: a PROPOSAL on disk only after its round was left is not sent", () => {
    const node = new LocalNode({ self: 0, holding: ["record"] });
    node.input({ kind: "transaction-pooled" }).expire("block");
    const [proposal] = node.asked("proposal");
    assert(proposal !== undefined);
    node.expire("round").records(proposal);
    assert.deepEqual(node.sent("proposal"), []);
  });

  it("W2: record precedes broadcast for every step of a round", () => {
    const node = new LocalNode({ self: 2 });
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(2);
    const [proposal] = node.sent("proposal");
    assert(proposal !== undefined);
    for (const peer of node.peers.all) peer.injectPrepare(proposal.block, 2);
    for (const kind of ["round-change", "proposal", "prepare", "commit"] as const) {
      const recorded = node.effects.findIndex((e) => e.kind === "record" && e.signing.kind === kind);
      const sent = node.effects.findIndex((e) => e.kind === "broadcast" && e.message.kind === kind);
      assert(recorded >= 0 && recorded < sent, kind);
    }
  });

  it("W2: PROPOSAL and PREPARE are recorded with the whole block", () => {
    const node = new LocalNode({ validators: 1, self: 0 });
    node.input({ kind: "transaction-pooled" }).expire("block");
    const [proposal, prepare] = node.of("record");
    assert.equal(proposal?.block?.hash, prepare?.block?.hash);
    assert(proposal?.block !== null);
  });

  it("W1: older bytes that this node cannot complete are not sent", () => {
    const node = new LocalNode({ self: 3, holding: ["record"] });
    node.expire("round");
    const block = node.block({ coinbase: node.peers.address(0) });
    const prepared = { round: 0, blockHash: block.hash };
    const payload = { height: 1, round: 1, prepared };
    const author = node.peers.address(3);
    node.input({
      kind: "recorded",
      signing: { kind: "round-change", payload },
      author,
      signature: "0x00",
    });
    assert.deepEqual(node.of("broadcast"), [], "a claim whose PREPAREs are lost cannot be sent");
  });

  it("an answer for a height that has passed, or for another key, does nothing", () => {
    const node = new LocalNode({ self: 3, holding: ["record"] });
    node.expire("round");
    const [effect] = node.asked("round-change");
    assert(effect?.signing.kind === "round-change");
    const { state } = node;
    const { signing } = effect;
    const late = { ...signing, payload: { ...signing.payload, height: 0 } };
    node.input({ kind: "recorded", signing: late, author: effect.author, signature: "0x00" });
    node.input({ kind: "recorded", signing, author: node.peers.address(0), signature: "0x00" });
    assert.deepEqual(node.state, state);
  });
});
