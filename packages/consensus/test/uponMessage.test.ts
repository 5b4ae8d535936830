import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";
import { modelBlock } from "./support/modelChain.js";

describe("UponMessage", () => {
  /** A node at height 2, and a PREPARE for a height of its past or future. */
  function atHeight2() {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const head = { ...node.genesis, height: 1, hash: block.hash, timestamp: block.timestamp };
    node.input({ kind: "new-head", head }).forget();
    const prepare = (height: number, from = 0) =>
      node.peers.peer(from).injectPrepare({ ...block, height }, 0);
    return { node, prepare };
  }

  it("C11: a message of a decided height is answered once per peer and second", () => {
    const { node, prepare } = atHeight2();
    node.nowMs += 1000;
    prepare(1);
    prepare(1);
    prepare(1, 1);
    const answer = (i: number) => ({ kind: "send-decided", peer: node.peers.peer(i).id, height: 1 });
    assert.deepEqual(node.effects, [answer(0), answer(1)]);
    node.nowMs += 1000;
    prepare(1);
    assert.equal(node.of("send-decided").length, 3);
  });

  it("C11: votes still on their way when the head is written are not answered within its second", () => {
    const { node, prepare } = atHeight2();
    node.nowMs += 999;
    prepare(1);
    assert.deepEqual(node.effects, []);
  });

  it("C12: a message beyond the next height only asks for sync, once per peer and second", () => {
    const { node, prepare } = atHeight2();
    prepare(4);
    prepare(5);
    assert.deepEqual(node.effects, [{ kind: "sync", height: 3, peer: node.peers.peer(0).id }]);
    assert.equal(node.state.early.size, 0);
  });

  it("C11: a peer that votes at the next height has the block of this one, should it have been lost here", () => {
    const { node, prepare } = atHeight2();
    prepare(3);
    prepare(3);
    assert.deepEqual(node.effects, [{ kind: "sync", height: 2, peer: node.peers.peer(0).id }]);
    node.nowMs += 1000;
    prepare(3);
    assert.equal(node.of("sync").length, 2);
  });

  it("C12: of the next height one message of each kind per validator is kept, none of strangers", () => {
    const { node, prepare } = atHeight2();
    for (let i = 0; i < 5; i++) prepare(3);
    const block = modelBlock({ height: 2, hash: node.genesis.hash }, { coinbase: "0x01", timestamp: 0 });
    for (let round = 0; round < 5; round++) node.peers.peer(0).injectCommit(block, round);
    node.peers.stranger.injectPrepare(block);
    const other = modelBlock({ height: 2, hash: node.genesis.hash }, { coinbase: "0x02", timestamp: 0 });
    node.peers.peer(0).injectCommit(other, 4);
    assert.equal(node.state.early.size, 1);
    const kept = [...(node.state.early.get(node.peers.address(0))?.values() ?? [])];
    assert.deepEqual(
      kept.map(({ message }) => [message.kind, message.payload.round]),
      [
        ["prepare", 0],
        ["commit", 4],
      ],
    );
    const [, commit] = kept;
    assert.ok(commit?.message.kind === "commit");
    assert.equal(commit.message.payload.blockHash, block.hash, "the first stands");
    assert.ok(node.effects.every(({ kind }) => kind === "sync"));
  });

  it("C12: of the current height, votes of the current and the highest later round are kept", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    for (const round of [0, 7, 3, 9, 8]) {
      node.peers.peer(0).injectPrepare(block, round).injectCommit(block, round);
    }
    const { prepares, commits } = node.height.votes;
    for (const book of [prepares, commits]) {
      assert.deepEqual([...(book.get(node.peers.address(0))?.keys() ?? [])].sort(), [0, 9]);
    }
  });

  it("C12: COMMITs of the last two rounds with a PROPOSAL are kept, with their blocks", () => {
    const node = new LocalNode({ self: 3, holding: ["record"] });
    const [a, b] = [0, 1].map((i) => node.block({ coinbase: node.peers.address(i) }));
    assert(a !== undefined && b !== undefined);
    node.peers.proposer(0).injectProposal(a);
    node.peers.proposer(1).injectProposal(b, 1, { roundChanges: node.peers.roundChanges(1) });
    node.expire("round").expire("round");
    assert.equal(node.round, 3);
    node.peers.peer(0).injectCommit(a, 0).injectCommit(b, 1).injectCommit(b, 2);
    const rounds = [...(node.height.votes.commits.get(node.peers.address(0))?.keys() ?? [])];
    assert.deepEqual(rounds.sort(), [0, 1]);
    assert.deepEqual([...node.height.blocks.keys()].sort(), [a.hash, b.hash].sort());
  });

  it("C11: a validator sends again its own messages and the highest of everybody's, every half timeout", () => {
    const node = new LocalNode({ self: 0 });
    node.input({ kind: "transaction-pooled" }).expire("block");
    const [proposal] = node.sent("proposal");
    assert(proposal !== undefined);
    node.peers.peer(1).injectPrepare(proposal.block);
    node.peers.peer(2).injectCommit(proposal.block, 0);
    node.peers.peer(1).injectRoundChange(5);
    node.forget().expire("resend");
    assert.deepEqual(
      node.of("broadcast").map(({ message }) => [message.kind, message.author]),
      [
        ["proposal", node.peers.address(0)],
        ["round-change", node.peers.address(1)],
        ["prepare", node.peers.address(0)],
        ["prepare", node.peers.address(1)],
        ["commit", node.peers.address(2)],
      ],
    );
    assert.deepEqual(node.of("set-timer"), [
      { kind: "set-timer", timer: { kind: "resend", height: 1, round: 0 }, delayMs: 2000 },
    ]);
  });

  it("C11: a new peer gets the same at once", () => {
    const node = new LocalNode({ self: 0 });
    node.input({ kind: "transaction-pooled" }).expire("block").forget();
    node.input({ kind: "peer-connected", peer: "newcomer" });
    assert.deepEqual(
      node.of("send").map(({ peer, message }) => [peer, message.kind]),
      [
        ["newcomer", "proposal"],
        ["newcomer", "prepare"],
      ],
    );
  });

  it("C2: sent again, the own ROUND-CHANGE carries the prepared block, those of others none", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    for (const peer of node.peers.all) peer.injectPrepare(block);
    node.peers.peer(0).injectRoundChange(1, { block, round: 0 });
    node.expire("round").forget().expire("resend");
    assert.deepEqual(
      node.sent("round-change").map(({ author, block: carried }) => [author, carried?.hash]),
      [
        [node.peers.address(0), undefined],
        [node.peers.address(3), block.hash],
      ],
    );
  });

  it("C11: a follower sends what it holds of others, every half timeout and to a new peer", () => {
    const node = new LocalNode({ self: null });
    node.peers.peer(0).injectRoundChange(1);
    const held = node.of("relay").map(({ message }) => message);
    assert.equal(held.length, 1);
    node.forget().expire("resend");
    assert.deepEqual(
      node.of("broadcast").map(({ message }) => message),
      held,
    );
    node.forget().input({ kind: "peer-connected", peer: "newcomer" });
    assert.deepEqual(
      node.of("send").map(({ peer, message }) => ({ peer, message })),
      held.map((message) => ({ peer: "newcomer", message })),
    );
  });

  it("C16: a message of no validator of S(h) changes nothing", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const { state } = node;
    node.forget();
    const { stranger } = node.peers;
    stranger.injectProposal(block).injectPrepare(block).injectCommit(block).injectRoundChange(1);
    assert.deepEqual(node.effects, []);
    assert.deepEqual(node.state, state);
  });
});
