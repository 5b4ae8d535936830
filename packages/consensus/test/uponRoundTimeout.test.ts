import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

describe("UponRoundTimeout", () => {
  it("C8: enters the next round and asks the others to follow", () => {
    const node = new LocalNode({ self: 3 });
    node.forget().expire("round");
    assert.equal(node.round, 1);
    assert.deepEqual(node.sent("round-change")[0]?.payload, { height: 1, round: 1, prepared: null });
    const timers = node.of("set-timer").map(({ timer, delayMs }) => [timer.kind, timer.round, delayMs]);
    assert.deepEqual(timers, [["resend", 1, 4000]]);
  });

  it("C6, C7: the round gets its doubled timer once q validators are in it or beyond", () => {
    const node = new LocalNode({ self: 3 });
    node.expire("round").forget();
    node.peers.peer(0).injectRoundChange(5);
    assert.deepEqual(node.of("set-timer"), []);
    node.peers.peer(1).injectRoundChange(1);
    const timer = { kind: "round", height: 1, round: 1 };
    assert.deepEqual(node.of("set-timer"), [{ kind: "set-timer", timer, delayMs: 8000 }]);
  });

  it("C7: ignores timers of another round or height", () => {
    const node = new LocalNode({ self: 3 });
    node.expire("round");
    node.forget().expire("round", 0);
    node.input({ kind: "timeout", timer: { kind: "round", height: 0, round: 1 } });
    assert.equal(node.round, 1);
    assert.deepEqual(node.effects, []);
  });

  it("C8: the ROUND-CHANGE of a prepared node carries claim, q PREPAREs and block", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    for (const peer of node.peers.all) peer.injectPrepare(block);
    node.expire("round");
    const [message] = node.sent("round-change");
    assert.deepEqual(message?.payload.prepared, { round: 0, blockHash: block.hash });
    assert.equal(message?.prepares.length, 3);
    assert.equal(message?.block?.hash, block.hash);
  });

  it("C8, C12: a prepared block is kept, whatever was accepted in later rounds", () => {
    // The disk never answers for its COMMIT, which would name the block too.
    const node = new LocalNode({ self: 3, holding: ["record"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    for (const effect of node.asked("prepare")) node.records(effect);
    for (const i of [0, 1]) node.peers.peer(i).injectPrepare(block);
    assert.equal(node.prepared(), block.hash);
    for (const round of [1, 2]) {
      const fresh = node.block({ coinbase: node.peers.address(round) });
      node.peers
        .proposer(round)
        .injectProposal(fresh, round, { roundChanges: node.peers.roundChanges(round) });
      assert.equal(node.height.round.proposal?.hash, fresh.hash);
    }
    node.expire("round");
    assert.equal(node.height.accepted.length, 2);
    assert.ok(node.height.blocks.has(block.hash));
    assert.ok(node.height.outcomes.has(block.hash));
  });

  it("C3, C12: a block that others have committed is kept, and is not asked for once they are q", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    // Its claim brings the block, and is gone with the next one.
    node.peers.peer(0).injectRoundChange(2, { block, round: 0 }).injectCommit(block, 2).injectRoundChange(3);
    node.expire("round");
    assert.deepEqual([...node.height.blocks.keys()], [block.hash]);
    for (const i of [1, 2]) node.peers.peer(i).injectCommit(block, 2);
    assert.deepEqual(node.of("fetch-blocks"), []);
    assert.equal(node.of("commit")[0]?.block.hash, block.hash);
  });

  it("C7: a round cannot exceed uint32", () => {
    const node = new LocalNode({ self: 0, validators: 2 });
    node.peers.peer(1).injectRoundChange(2 ** 32 - 1);
    node.expire("round");
    assert.equal(node.round, 2 ** 32 - 1);
  });
});
