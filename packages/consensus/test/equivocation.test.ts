import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { LocalNode } from "./support/localNode.js";
import type { Peer } from "./support/peers.js";

describe("findEquivocation", () => {
  const kinds = {
    "double-proposal": (peer: Peer, a: Block, b: Block) => peer.injectProposal(a).injectProposal(b),
    "double-prepare": (peer: Peer, a: Block, b: Block) => peer.injectPrepare(a).injectPrepare(b),
    "double-commit": (peer: Peer, a: Block) => peer.injectCommit(a).injectCommit(a, 0, { inboxCount: 1 }),
    "double-round-change": (peer: Peer, a: Block) =>
      peer.injectRoundChange(3).injectRoundChange(3, { block: a, round: 0 }),
    "forgotten-commit": (peer: Peer, a: Block) => peer.injectCommit(a, 0).injectRoundChange(1),
  };

  for (const [kind, lie] of Object.entries(kinds)) {
    it(`C15: ${kind}, once per validator, height and kind; it changes nothing (F3)`, () => {
      const node = new LocalNode({ self: 3 });
      const coinbase = node.peers.address(0);
      const blocks = [node.block({ coinbase }), node.block({ coinbase, salt: "other" })] as const;
      lie(node.peers.proposer(0), ...blocks);
      lie(node.peers.proposer(0), ...blocks);
      const [effect, ...more] = node.of("evidence");
      assert.deepEqual(more, []);
      assert.equal(effect?.evidence.kind, kind);
      assert.equal(effect?.evidence.validator, coinbase);
      assert.equal(effect?.evidence.height, 1);
      assert.notDeepEqual(effect?.evidence.first.payload, effect?.evidence.second.payload);
      assert.deepEqual(Object.keys(effect?.evidence.second ?? {}).sort(), ["author", "payload", "signature"]);
      assert.equal(node.of("halt").length, 0);
    });
  }

  it("C15: two claims of one round that name different blocks", () => {
    const node = new LocalNode({ self: 3 });
    const coinbase = node.peers.address(0);
    const peer = node.peers.peer(1);
    for (const salt of ["one", "other"])
      peer.injectRoundChange(2, { block: node.block({ coinbase, salt }), round: 0 });
    assert.equal(node.of("evidence")[0]?.evidence.kind, "double-round-change");
  });

  it("C15: a COMMIT after the ROUND-CHANGE that forgot it", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.peer(1).injectRoundChange(2).injectCommit(block, 0);
    assert.equal(node.of("evidence")[0]?.evidence.kind, "forgotten-commit");
  });

  it("C15: payloads are compared, never signature bytes", () => {
    const node = new LocalNode({ self: 3 });
    const peer = node.peers.peer(0);
    const block = node.block({ coinbase: peer.address });
    const prepare = peer.prepare(block, 0);
    peer.inject(prepare).inject({ ...prepare, signature: "0x1234" });
    assert.equal(node.of("evidence").length, 0);
  });

  it("C15: rounds, claims and commits of an honest validator are no evidence", () => {
    const node = new LocalNode({ self: 3 });
    const peer = node.peers.peer(0);
    const block = node.block({ coinbase: peer.address });
    peer.injectPrepare(block, 0).injectCommit(block, 0);
    peer.injectRoundChange(1, { block, round: 0 }).injectPrepare(block, 1).injectCommit(block, 1);
    peer.injectRoundChange(2, { block, round: 1 });
    assert.equal(node.of("evidence").length, 0);
  });

  it("C15: is still looked for at the head's height", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const head = { ...node.genesis, height: 1, hash: block.hash, timestamp: block.timestamp };
    const first = node.peers.peer(1).commit(block, 0);
    const second = node.peers.peer(1).commit(block, 0, { inboxCount: 1 });
    node.input({ kind: "new-head", head });
    node.peers.peer(1).inject(first).inject(second);
    assert.equal(node.of("evidence")[0]?.evidence.kind, "double-commit");
  });

  it("C15: a stranger's contradictions are nobody's evidence", () => {
    const node = new LocalNode({ self: 3 });
    const blocks = [1, 2].map((salt) => node.block({ coinbase: node.peers.address(0), salt: `${salt}` }));
    for (const block of blocks) node.peers.stranger.injectPrepare(block);
    assert.equal(node.of("evidence").length, 0);
  });
});
