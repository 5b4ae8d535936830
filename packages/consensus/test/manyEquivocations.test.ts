import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";
import { headAfter } from "./support/modelChain.js";

const HEIGHTS = 12;
const KINDS = [
  "double-commit",
  "double-prepare",
  "double-proposal",
  "double-round-change",
  "forgotten-commit",
];
/** Rounds the lies are about: what the liars honestly sign for round 0 is not among them. */
const LIE_ROUND = 9;

describe("equivocation of single validators, however much of it (F2, F3, C15)", () => {
  it("every other validator, more than f, lies in every way at every height: all of it is evidence, nothing stops", () => {
    const node = new LocalNode({ self: 3 });
    for (let height = 1; height <= HEIGHTS; height++) {
      node.forget();
      const block = node.block({ coinbase: node.peers.proposer(0).address });
      const other = node.block({ coinbase: block.coinbase, salt: "other" });
      if (node.peers.proposer(0).address !== node.peers.address(3))
        node.peers.proposer(0).injectProposal(block);
      for (const [i, peer] of node.peers.all.entries()) {
        peer.injectProposal(block, LIE_ROUND).injectProposal(other, LIE_ROUND);
        peer.injectPrepare(block, LIE_ROUND).injectPrepare(other, LIE_ROUND);
        // No two alike: a quorum of equal ones would be a certificate.
        for (const inboxCount of [i + 1, i + 101]) peer.injectCommit(other, LIE_ROUND, { inboxCount });
      }
      for (const peer of node.peers.all) {
        peer.injectRoundChange(LIE_ROUND + 1);
        peer.injectRoundChange(LIE_ROUND + 1, { block: other, round: 1 });
      }
      for (const peer of node.peers.all) {
        const kinds = node
          .of("evidence")
          .flatMap(({ evidence }) => (evidence.validator === peer.address ? evidence.kind : []));
        assert.deepEqual(kinds.sort(), KINDS, `of ${peer.address} at height ${height}`);
      }
      assert.deepEqual(node.of("halt"), []);
      const { genesis, height: state } = node;
      const certificate = { checkpoint: node.peers.peer(0).commit(block, 0).payload, signers: 7n, seals: [] };
      const parent = height === 1 ? genesis : state.head;
      node.input({ kind: "new-head", head: headAfter(parent, block, certificate, node.validators) });
      assert.equal(node.height.number, height + 1);
    }
  });

  it("the height they lie at is decided all the same, by the COMMITs of the round they had a block in", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.proposer(0).address });
    node.peers.proposer(0).injectProposal(block);
    for (const peer of node.peers.all) peer.injectPrepare(block, LIE_ROUND).injectRoundChange(LIE_ROUND + 1);
    for (const peer of node.peers.all) peer.injectCommit(block, 0);
    assert.equal(node.of("commit")[0]?.block.hash, block.hash);
    assert.ok(node.of("evidence").some(({ evidence }) => evidence.kind === "forgotten-commit"));
    assert.deepEqual(node.of("halt"), []);
  });

  it("C15: a node whose own key signs elsewhere too sees that by itself, and goes on", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.proposer(0).address });
    const other = node.block({ coinbase: block.coinbase, salt: "other" });
    node.peers.proposer(0).injectProposal(block);
    node.peers.peer(3).injectPrepare(other);
    const [effect] = node.of("evidence");
    assert.deepEqual(
      [effect?.evidence.kind, effect?.evidence.validator],
      ["double-prepare", node.peers.address(3)],
    );
    for (const peer of node.peers.all) peer.injectPrepare(block).injectCommit(block, 0);
    assert.equal(node.of("commit").length, 1);
  });

  it("certificates of one block by ever other signers, in ever other rounds, stop nothing (F1)", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.proposer(0).address });
    node.peers.proposer(0).injectProposal(block);
    for (const round of [0, 1, 2, 9]) for (const peer of node.peers.all) peer.injectCommit(block, round);
    assert.equal(node.of("commit").length, 1);
    assert.deepEqual(node.of("halt"), []);
    assert.deepEqual(node.of("evidence"), []);
  });
});
