import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { LocalNode } from "./support/localNode.js";

describe("UponRoundChange", () => {
  it("C8: follows f + 1 validators to the (f + 1)-th highest round, and says so", () => {
    const node = new LocalNode({ self: 3 });
    node.peers.peer(0).injectRoundChange(9);
    assert.equal(node.round, 0, "one may lie");
    node.peers.peer(1).injectRoundChange(6);
    assert.equal(node.round, 6);
    assert.deepEqual(
      node.sent("round-change").map(({ payload }) => payload.round),
      [6],
    );
    node.peers.peer(2).injectRoundChange(7);
    assert.equal(node.round, 7);
  });

  it("C8: any uint32 round is taken", () => {
    const node = new LocalNode({ self: 3 });
    node.peers.peer(0).injectRoundChange(4_000_000_000);
    node.peers.peer(1).injectRoundChange(4_000_000_001);
    assert.equal(node.round, 4_000_000_000);
  });

  it("C8: keeps one per validator, its highest", () => {
    const node = new LocalNode({ self: 3, validators: 7 });
    const peer = node.peers.peer(0);
    for (const round of [3, 5, 4]) peer.injectRoundChange(round);
    assert.deepEqual([...(node.height.votes.roundChanges.get(peer.address)?.keys() ?? [])], [5]);
  });

  it("C8: nobody changes to round 0", () => {
    const node = new LocalNode({ self: 3 });
    node.forget();
    for (const i of [0, 1, 2]) node.peers.peer(i).injectRoundChange(0);
    assert.equal(node.height.votes.roundChanges.size, 0);
    assert.deepEqual(node.effects, []);
  });

  it("C2: of the block that rides along only the one that is claimed is kept", () => {
    const node = new LocalNode({ self: 3 });
    const [claimed, other] = [0, 1].map((i) => node.block({ coinbase: node.peers.address(i) })) as [
      Block,
      Block,
    ];
    const peer = node.peers.peer(0);
    const rounds = () => [...(node.height.votes.roundChanges.get(peer.address)?.keys() ?? [])];
    peer.inject({ ...peer.roundChange(2, { block: claimed, round: 0 }), block: other });
    assert.deepEqual(rounds(), [2], "the claim counts without its block");
    peer.inject({ ...peer.roundChange(3), block: other });
    assert.deepEqual(rounds(), [3]);
    assert.deepEqual([...node.height.blocks.keys()], []);
    peer.injectRoundChange(4, { block: claimed, round: 0 });
    assert.deepEqual([...node.height.blocks.keys()], [claimed.hash]);
  });

  it("C8: a claim without q valid PREPAREs is not taken", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const prepared = { block, round: 0 };
    const prepares = node.peers.prepares(prepared);
    const ofLastHeight = node.peers.prepares({ block: { ...block, height: 0 }, round: 0 });
    const two = prepares.slice(1);
    for (const wrong of [[], two, [...two, ...two], ofLastHeight, [...two, ...ofLastHeight.slice(0, 1)]]) {
      node.peers.peer(0).inject({ ...node.peers.peer(0).roundChange(2, prepared), prepares: wrong });
    }
    const future = { block, round: 2 };
    node.peers.peer(0).injectRoundChange(2, future);
    node.peers.stranger.injectRoundChange(2, prepared);
    node.peers.peer(0).inject({ ...node.peers.peer(0).roundChange(2), prepares });
    assert.equal(node.height.votes.roundChanges.size, 0, "nor PREPAREs without a claim");
    node.peers.peer(0).injectRoundChange(2, prepared);
    assert.equal(node.height.votes.roundChanges.size, 1);
  });

  it("C2: relays without the block", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.peer(0).injectRoundChange(1, { block, round: 0 });
    const [relayed] = node.of("relay");
    assert(relayed?.message.kind === "round-change");
    assert.equal(relayed.message.block, null);
    assert.equal(relayed.message.prepares.length, 3);
  });

  it("C14: with q of them the proposer of a later round proposes at once, empty if need be", () => {
    const node = new LocalNode({ self: 2 });
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(2);
    const [proposal] = node.sent("proposal");
    assert.equal(proposal?.payload.round, 2);
    assert.equal(proposal?.block.coinbase, node.peers.address(2));
    assert.equal(proposal?.roundChanges.length, 3, "its own counts");
    assert.deepEqual(proposal?.prepares, []);
  });

  it("C5: what is prepared is proposed again byte-identically, with its PREPAREs", () => {
    const node = new LocalNode({ self: 2 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.peer(0).injectRoundChange(2, { block, round: 0 });
    node.peers.peer(1).injectRoundChange(2);
    const [proposal] = node.sent("proposal");
    assert.deepEqual(proposal?.block, block);
    assert.equal(proposal?.prepares.length, 3);
    assert(proposal?.roundChanges.every((roundChange) => !("block" in roundChange)));
    assert.equal(node.of("build").length, 0);
  });

  it("C5: of two prepared blocks the one of the higher round is proposed", () => {
    const node = new LocalNode({ self: 2 });
    const older = node.block({ coinbase: node.peers.address(0) });
    const newer = node.block({ coinbase: node.peers.address(1) });
    node.peers.peer(0).injectRoundChange(2, { block: older, round: 0 });
    node.peers.peer(1).injectRoundChange(2, { block: newer, round: 1 });
    assert.equal(node.sent("proposal")[0]?.block.hash, newer.hash);
  });

  it("C2: a missing prepared block is asked for by hash, once, and then proposed", () => {
    const node = new LocalNode({ self: 2 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const relayed = { ...node.peers.peer(0).roundChange(2, { block, round: 0 }), block: null };
    node.peers.peer(1).injectRoundChange(2);
    node.peers.peer(0).inject(relayed).inject(relayed);
    assert.deepEqual(node.of("fetch-blocks"), [{ kind: "fetch-blocks", height: 1, hashes: [block.hash] }]);
    assert.equal(node.sent("proposal").length, 0);
    const unasked = node.block({ coinbase: node.peers.address(1) });
    node.input({ kind: "block-fetched", block: unasked });
    assert.equal(node.sent("proposal").length, 0);
    node.input({ kind: "block-fetched", block });
    assert.equal(node.sent("proposal")[0]?.block.hash, block.hash);
  });

  it("C2: all missing blocks are asked for, and none of them any more once the round is left", () => {
    const node = new LocalNode({ self: 2 });
    const [older, newer] = [0, 1].map((i) => node.block({ coinbase: node.peers.address(i) })) as [
      Block,
      Block,
    ];
    const without = (i: number, block: Block) =>
      node.peers.peer(i).inject({ ...node.peers.peer(i).roundChange(2, { block, round: i }), block: null });
    without(0, older);
    without(1, newer);
    const asked = { kind: "fetch-blocks", height: 1, hashes: [older.hash, newer.hash] };
    assert.deepEqual(node.of("fetch-blocks"), [asked]);
    node.input({ kind: "block-fetched", block: older });
    assert.equal(
      node.sent("proposal").length,
      0,
      "one is not enough: with the other left out there are two of three",
    );
    node.expire("round");
    assert.deepEqual(node.of("fetch-blocks"), [asked, { kind: "fetch-blocks", height: 1, hashes: [] }]);
    node.input({ kind: "block-fetched", block: newer });
    assert.equal(node.sent("proposal").length, 0);
  });

  it("C2: a claim whose block is missing is left out once q others are there, so that its author cannot hold the block back", () => {
    const node = new LocalNode({ self: 2 });
    const hoarded = node.block({ coinbase: node.peers.address(1) });
    const older = node.block({ coinbase: node.peers.address(0) });
    node.peers
      .peer(3)
      .inject({ ...node.peers.peer(3).roundChange(2, { block: hoarded, round: 1 }), block: null });
    node.peers.peer(1).injectRoundChange(2);
    assert.equal(node.sent("proposal").length, 0);
    node.peers.peer(0).injectRoundChange(2, { block: older, round: 0 });
    const [proposal] = node.sent("proposal");
    assert.equal(proposal?.block.hash, older.hash, "what is prepared among the others goes first (C5)");
    const authors = proposal?.roundChanges.map(({ author }) => author);
    assert.deepEqual(authors?.includes(node.peers.address(3)), false);
    assert.equal(authors?.length, 3);
  });

  it("C10: a block built for a round that was left is not proposed", () => {
    const node = new LocalNode({ self: 2, holding: ["build"] });
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(2);
    assert.equal(node.of("build").length, 1);
    node.expire("round");
    assert.deepEqual(node.of("abort"), [{ kind: "abort", height: 1, round: 2 }]);
    node.builds(node.block({ coinbase: node.peers.address(2) }), 2);
    assert.equal(node.asked("proposal").length, 0);
  });

  it("C10: nor is it proposed in a later round that builds, too", () => {
    const node = new LocalNode({ self: 2, holding: ["build"] });
    for (const round of [2, 6]) for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(round);
    assert.equal(node.of("build").length, 2);
    node.builds(node.block({ coinbase: node.peers.address(2), salt: "late" }), 2);
    assert.equal(node.asked("proposal").length, 0);
    node.builds(node.block({ coinbase: node.peers.address(2) }), 6);
    assert.equal(node.sent("proposal")[0]?.payload.round, 6);
  });
});
