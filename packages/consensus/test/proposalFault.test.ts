import assert from "node:assert/strict";
import type { ProposalMessage, SignedRoundChange } from "@causeway/protocol/consensusMessage";
import { proposalFault } from "../src/proposals/proposalFault.js";
import { LocalNode } from "./support/localNode.js";
import { modelBlock } from "./support/modelChain.js";

describe("proposalFault", () => {
  const node = new LocalNode({ self: 3 });
  const { peers } = node;
  const fresh = node.block({ coinbase: peers.address(0) });
  const prepared = { block: fresh, round: 0 };
  const freshInRound2 = node.block({ coinbase: peers.address(2), salt: "round 2" });

  function verdict(message: ProposalMessage): string | null {
    return proposalFault(node.height, message)?.rule ?? null;
  }

  /** Proposal of round 2 by its proposer, justified by these. */
  function inRound2(roundChanges: readonly SignedRoundChange[], change: Partial<ProposalMessage> = {}) {
    return peers.proposer(2).proposal(freshInRound2, 2, { roundChanges, ...change });
  }

  it("finds none in a fresh block of round 0, a justified fresh block and a justified re-proposal", () => {
    assert.equal(verdict(peers.proposer(0).proposal(fresh)), null);
    assert.equal(verdict(inRound2(peers.roundChanges(2))), null);
    const roundChanges = peers.roundChanges(2, prepared);
    assert.equal(verdict(inRound2(roundChanges, again(prepared))), null);
  });

  /** The parts of a re-proposal that differ from a fresh one. */
  function again({ block, round }: typeof prepared): Partial<ProposalMessage> {
    const { payload } = peers.proposer(2).proposal(block, 2);
    return { payload, block, prepares: peers.prepares({ block, round }) };
  }

  it("C1.proposer: another validator, and a stranger", () => {
    assert.equal(verdict(peers.proposer(1).proposal(fresh)), "C1.proposer");
    assert.equal(verdict(peers.stranger.proposal(fresh)), "C1.proposer");
  });

  it("C2.blockHash: the block is not the one that was signed", () => {
    assert.equal(verdict(peers.proposer(0).proposal(fresh, 0, { block: freshInRound2 })), "C2.blockHash");
  });

  it("H1.number: a block of another height", () => {
    const block = { ...fresh, height: 2 };
    assert.equal(verdict(peers.proposer(0).proposal(block)), "H1.number");
  });

  it("H1.parentHash: a block on something else than the head", () => {
    const parent = { height: 0, hash: fresh.hash };
    const block = modelBlock(parent, { coinbase: peers.address(0), timestamp: fresh.timestamp });
    assert.equal(verdict(peers.proposer(0).proposal(block)), "H1.parentHash");
  });

  it("H1.timestamp: earlier than parent + period", () => {
    const block = node.block({ coinbase: peers.address(0), timestamp: node.genesis.timestamp });
    assert.equal(verdict(peers.proposer(0).proposal(block)), "H1.timestamp");
  });

  it("H1.coinbase: a fresh block that pays another validator", () => {
    const block = node.block({ coinbase: peers.address(1) });
    assert.equal(verdict(peers.proposer(0).proposal(block)), "H1.coinbase");
  });

  it("C2.roundChanges: a justification in round 0", () => {
    const roundChanges = peers.roundChanges(1);
    assert.equal(verdict(peers.proposer(0).proposal(fresh, 0, { roundChanges })), "C2.roundChanges");
  });

  it("C2.roundChanges: none, too few, doubled, foreign, of another round or height, or prepared in no earlier round", () => {
    const three = peers.roundChanges(2);
    const two = three.slice(1);
    const wrong = [
      [],
      two,
      [...two, ...two],
      [...two, peers.stranger.signRoundChange(2)],
      [...two, peers.peer(0).signRoundChange(1)],
      [...two, peers.peer(0).signRoundChange(3)],
      [...two, peers.peer(0).signRoundChange(2, null, 0)],
      [...two, peers.peer(0).signRoundChange(2, null, 2)],
      [0, 1, 2].map((i) => peers.peer(i).signRoundChange(2, null, 0)),
      [...two, peers.peer(0).signRoundChange(2, { block: fresh, round: 2 })],
    ];
    for (const roundChanges of wrong) assert.equal(verdict(inRound2(roundChanges)), "C2.roundChanges");
  });

  it("C2.prepares: a claim without q distinct PREPAREs for it, or PREPAREs without a claim", () => {
    const roundChanges = peers.roundChanges(2, prepared);
    const three = peers.prepares(prepared);
    const two = three.slice(1);
    const wrong = [
      [],
      two,
      [...two, ...two],
      [...two, peers.stranger.signPrepare(fresh, 0)],
      [...two, peers.peer(0).signPrepare(fresh, 1)],
      [...two, peers.peer(0).signPrepare(freshInRound2, 0)],
      [...two, peers.peer(0).signPrepare({ ...fresh, height: 0 }, 0)],
      [...two, peers.peer(0).signPrepare({ ...fresh, height: 2 }, 0)],
      peers.prepares({ block: { ...fresh, height: 0 }, round: 0 }),
    ];
    for (const prepares of wrong) {
      assert.equal(verdict(inRound2(roundChanges, { ...again(prepared), prepares })), "C2.prepares");
    }
    assert.equal(verdict(inRound2(peers.roundChanges(2), { prepares: three })), "C2.prepares");
  });

  it("C5.blockHash: something else is proposed although a block is prepared", () => {
    const prepares = peers.prepares(prepared);
    assert.equal(verdict(inRound2(peers.roundChanges(2, prepared), { prepares })), "C5.blockHash");
  });

  it("C5: of two claims the higher round binds", () => {
    const later = { block: node.block({ coinbase: peers.address(1), salt: "round 1" }), round: 1 };
    const roundChanges = [
      peers.peer(0).signRoundChange(2, prepared),
      peers.peer(1).signRoundChange(2, later),
      peers.peer(2).signRoundChange(2),
    ];
    assert.equal(verdict(inRound2(roundChanges, again(later))), null);
    assert.equal(verdict(inRound2(roundChanges, again(prepared))), "C2.prepares");
  });
});
