import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

describe("UponProposal", () => {
  it("C9: prepares a valid block only after executing it", () => {
    const node = new LocalNode({ self: 1, holding: ["execute"] });
    const { address } = node.peers.proposer(0);
    const block = node.block({ coinbase: address });
    node.peers.proposer(0).injectProposal(block);
    assert.deepEqual(
      node.of("execute").map((effect) => effect.block.hash),
      [block.hash],
    );
    assert.equal(node.asked("prepare").length, 0);
    node.executes(block);
    assert.deepEqual(
      node.sent("prepare").map(({ payload }) => payload),
      [{ height: 1, round: 0, blockHash: block.hash }],
    );
  });

  it("X9: names the execution rule of a block it does not prepare", () => {
    const node = new LocalNode({ self: 1, holding: ["execute"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    node.failsToExecute(block, "H1.withdrawals");
    assert.deepEqual(node.refusals, ["H1.withdrawals"]);
    assert.equal(node.of("refused")[0]?.author, node.peers.address(0));
    assert.equal(node.asked("prepare").length, 0);
  });

  it("C13: a block still ahead of the clock when its round is left is refused", () => {
    const node = new LocalNode({ self: 1 });
    const block = node.block({ coinbase: node.peers.address(0), timestamp: node.nowMs / 1000 + 500 });
    node.peers.proposer(0).injectProposal(block);
    assert.deepEqual(node.refusals, []);
    node.expire("round");
    assert.deepEqual(node.refusals, ["H1.timestamp"]);
  });

  it("C7: a held PROPOSAL of a later round times it, one of round 0 does not", () => {
    const node = new LocalNode({ self: 3 });
    const timestamp = node.nowMs / 1000 + 500;
    const early = (i: number) => node.block({ coinbase: node.peers.address(i), timestamp });
    node.peers.proposer(0).injectProposal(early(0));
    assert(!node.height.round.timerRunning);
    node.peers.proposer(1).injectProposal(early(1), 1, { roundChanges: node.peers.roundChanges(1) });
    assert.equal(node.height.round.earlyProposal?.payload.round, 1);
    assert(node.height.round.timerRunning);
  });

  it("C14: an accepted PROPOSAL of round 0 ends the wait for its deadline", () => {
    const node = new LocalNode({ self: 3 });
    node
      .forget()
      .peers.proposer(0)
      .injectProposal(node.block({ coinbase: node.peers.address(0) }));
    assert.deepEqual(node.of("cancel-timer"), [{ kind: "cancel-timer", timer: "block" }]);
  });

  it("C9: asks for one PREPARE, however often the block is executed", () => {
    const node = new LocalNode({ self: 3, holding: ["record"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    node.executes(block).peers.proposer(0).injectProposal(block);
    assert.equal(node.asked("prepare").length, 1);
  });

  it("C9: accepts at most one PROPOSAL per round", () => {
    const node = new LocalNode({ self: 1 });
    const coinbase = node.peers.address(0);
    const first = node.block({ coinbase });
    node.peers.proposer(0).injectProposal(first);
    node.peers.proposer(0).injectProposal(node.block({ coinbase, salt: "second" }));
    assert.deepEqual(
      node.asked("prepare").map(({ block }) => block?.hash),
      [first.hash],
    );
  });

  it("C13: holds a block ahead of now + 2 s until it is due", () => {
    const node = new LocalNode({ self: 1 });
    const block = node.block({ coinbase: node.peers.address(0), timestamp: node.nowMs / 1000 + 5 });
    node.peers.proposer(0).injectProposal(block);
    assert.equal(node.asked("prepare").length, 0);
    assert.deepEqual(node.of("set-timer").at(-1), {
      kind: "set-timer",
      timer: { kind: "proposal", height: 1, round: 0 },
      delayMs: 3000,
    });
    node.nowMs += 2999;
    node.expire("proposal");
    assert.equal(node.asked("prepare").length, 0, "the wall clock has the last word");
    node.nowMs += 1;
    node.expire("proposal");
    assert.equal(node.asked("prepare").length, 1);
  });

  it("C5: a re-proposal is exempt from now + 2 s and coinbase = proposer(h, r)", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0), timestamp: node.nowMs / 1000 + 60 });
    const prepared = { block, round: 0 };
    node.peers.proposer(1).injectProposal(block, 1, {
      roundChanges: node.peers.roundChanges(1, prepared),
      prepares: node.peers.prepares(prepared),
    });
    assert.deepEqual(node.refusals, []);
    assert.equal(node.sent("prepare")[0]?.payload.blockHash, block.hash);
  });

  it("C6: a justified PROPOSAL of a higher round is entered, with a fresh timer and no ROUND-CHANGE", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(2) });
    node.forget();
    node.peers.proposer(2).injectProposal(block, 2, { roundChanges: node.peers.roundChanges(2) });
    assert.equal(node.round, 2);
    const timer = node.of("set-timer").find(({ timer }) => timer.kind === "round");
    assert.deepEqual(timer, {
      kind: "set-timer",
      timer: { kind: "round", height: 1, round: 2 },
      delayMs: 16_000,
    });
    assert.equal(node.asked("round-change").length, 0);
    assert.equal(node.sent("prepare").length, 1);
  });

  it("C14: a valid PROPOSAL starts the timer of round 0", () => {
    const node = new LocalNode({ self: 1 });
    assert(!node.height.round.timerRunning);
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0) }));
    assert(node.height.round.timerRunning);
  });

  it("C10: a late execution is kept, and used when the block is proposed again", () => {
    const node = new LocalNode({ self: 3, holding: ["execute"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    node.expire("round");
    assert.deepEqual(node.of("abort"), [{ kind: "abort", height: 1, round: 0 }]);
    node.executes(block, 0);
    assert.equal(node.asked("prepare").length, 0, "not acted on in another round");
    const prepared = { block, round: 0 };
    node.forget();
    node.peers.proposer(1).injectProposal(block, 1, {
      roundChanges: node.peers.roundChanges(1, prepared),
      prepares: node.peers.prepares(prepared),
    });
    assert.equal(node.of("execute").length, 0);
    assert.equal(node.sent("prepare")[0]?.payload.round, 1);
  });

  it("C10: the answer to an earlier round's execution is not the answer to this one's", () => {
    const node = new LocalNode({ self: 3, holding: ["execute"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    const prepared = { block, round: 0 };
    node.peers.proposer(0).injectProposal(block);
    node.peers.proposer(1).injectProposal(block, 1, {
      roundChanges: node.peers.roundChanges(1, prepared),
      prepares: node.peers.prepares(prepared),
    });
    node.executes(block, 0);
    assert.equal(node.asked("prepare").length, 0);
    node.executes(block, 1);
    assert.equal(node.asked("prepare").length, 1);
  });

  it("N2: relays a valid PROPOSAL once, and never a refused one", () => {
    const node = new LocalNode({ self: 1 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.peer(2).injectProposal(block);
    assert.equal(node.of("relay").length, 0);
    node.peers.proposer(0).injectProposal(block);
    node.peers.proposer(0).injectProposal(block);
    const relayed = node.of("relay").filter(({ message }) => message.kind === "proposal");
    assert.deepEqual(
      relayed.map(({ except }) => except),
      [node.peers.proposer(0).id],
    );
  });

  it("a follower executes what is proposed and signs nothing", () => {
    const node = new LocalNode({ self: null });
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0) }));
    assert.equal(node.of("execute").length, 1);
    assert.equal(node.of("record").length, 0);
  });
});
