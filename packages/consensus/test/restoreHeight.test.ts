import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

/** A node in the middle of height 1, and the same key started again from its record. */
describe("restoreHeight", () => {
  function restarted(
    before: LocalNode,
    self: number,
    holding: readonly ("record" | "execute" | "build")[] = [],
  ) {
    const node = new LocalNode({ self, restored: before.record.entries, holding });
    node.record.entries.push(...before.record.entries);
    return node;
  }

  function prepareRound0(node: LocalNode) {
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    for (const peer of node.peers.all) peer.injectPrepare(block);
    return block;
  }

  it("W3: resumes at the recorded round and sends its ROUND-CHANGE again, with the prepared certificate and block", () => {
    const before = new LocalNode({ self: 3 });
    const block = prepareRound0(before);
    before.expire("round").expire("round");
    const [, sent] = before.sent("round-change");
    const node = restarted(before, 3);
    assert.equal(node.round, 2);
    assert.equal(node.prepared(), block.hash);
    assert.deepEqual(node.sent("round-change"), [sent]);
    assert.equal(node.of("record").length, 0);
    assert.equal(node.of("set-timer").find(({ timer }) => timer.kind === "resend")?.delayMs, 8000);
  });

  it("W3: resumes with the PROPOSAL it had accepted, executes it again and signs its COMMIT", () => {
    const before = new LocalNode({ self: 3 });
    const block = before.block({ coinbase: before.peers.address(0) });
    before.peers.proposer(0).injectProposal(block);
    const node = restarted(before, 3);
    assert.equal(node.of("execute")[0]?.block.hash, block.hash);
    assert.equal(node.asked("prepare").length, 0, "signed already");
    assert(node.height.round.timerRunning);
    assert.deepEqual(node.sent("prepare"), before.sent("prepare"));
    node.peers.peer(0).injectPrepare(block);
    node.peers.peer(1).injectPrepare(block);
    assert.equal(node.sent("commit")[0]?.payload.blockHash, block.hash);
  });

  it("W3, C9: signs its COMMIT also when the others' PREPAREs come before its execution has ended", () => {
    const before = new LocalNode({ self: 3 });
    const block = before.block({ coinbase: before.peers.address(0) });
    before.peers.proposer(0).injectProposal(block);
    const node = restarted(before, 3, ["execute"]);
    node.peers.peer(0).injectPrepare(block);
    node.peers.peer(1).injectPrepare(block);
    assert.equal(node.asked("commit").length, 0);
    node.executes(block);
    assert.equal(node.sent("commit")[0]?.payload.blockHash, block.hash);
  });

  it("W3: another PROPOSAL of the resumed round is not prepared", () => {
    const before = new LocalNode({ self: 3 });
    before.peers.proposer(0).injectProposal(before.block({ coinbase: before.peers.address(0) }));
    const node = restarted(before, 3);
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0), salt: "second" }));
    assert.equal(node.of("record").length, 0);
  });

  it("W3: a COMMIT of the resumed round counts again and is not signed twice", () => {
    const before = new LocalNode({ self: 3 });
    const block = prepareRound0(before);
    const node = restarted(before, 3);
    assert.deepEqual(node.sent("commit"), before.sent("commit"));
    for (const peer of node.peers.all) peer.injectPrepare(block);
    assert.equal(node.of("record").length, 0);
    node.peers.peer(0).injectCommit(block);
    node.peers.peer(1).injectCommit(block);
    assert.equal(node.of("commit").length, 1);
  });

  it("W3: a COMMIT of an earlier round still counts there", () => {
    const before = new LocalNode({ self: 3 });
    const block = prepareRound0(before);
    before.expire("round");
    const node = restarted(before, 3);
    node.peers.peer(0).injectCommit(block, 0);
    node.peers.peer(1).injectCommit(block, 0);
    assert.equal(node.of("commit")[0]?.certificate.checkpoint.round, 0);
  });

  it("W3: a PROPOSAL of round 0 is sent again as it was", () => {
    const before = new LocalNode({ self: 0, holding: ["execute"] });
    before.input({ kind: "transaction-pooled" }).expire("block");
    const node = restarted(before, 0);
    assert.deepEqual(node.sent("proposal"), before.sent("proposal"));
    assert.equal(node.of("build").length, 0);
  });

  it("W3: a PROPOSAL of a later round is sent again once it is justified anew", () => {
    const before = new LocalNode({ self: 2 });
    for (const i of [0, 1]) before.peers.peer(i).injectRoundChange(2);
    const node = restarted(before, 2);
    assert.equal(node.sent("proposal").length, 0);
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(2);
    assert.deepEqual(
      node.sent("proposal").map(({ signature }) => signature),
      before.sent("proposal").map(({ signature }) => signature),
    );
    assert.equal(node.of("build").length, 0);
    assert.equal(node.asked("proposal").length, 0);
  });

  it("W3, C5: the own PROPOSAL is not sent again once something else is prepared", () => {
    const before = new LocalNode({ self: 2 });
    for (const i of [0, 1]) before.peers.peer(i).injectRoundChange(2);
    const node = restarted(before, 2);
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.peer(0).injectRoundChange(2, { block, round: 0 });
    node.peers.peer(1).injectRoundChange(2);
    assert.deepEqual(node.sent("proposal"), []);
  });

  it("W3: the own PROPOSAL is justified once, whoever changes rounds afterwards", () => {
    const before = new LocalNode({ self: 2 });
    for (const i of [0, 1]) before.peers.peer(i).injectRoundChange(2);
    const node = restarted(before, 2);
    for (const i of [0, 1, 3]) node.peers.peer(i).injectRoundChange(2);
    assert.equal(node.sent("proposal").length, 1);
  });

  it("W3, C12: COMMITs of the last two rounds with a PROPOSAL still count", () => {
    const before = new LocalNode({ self: 3 });
    const block = prepareRound0(before);
    before.peers.proposer(1).injectProposal(block, 1, {
      roundChanges: before.peers.roundChanges(1, { block, round: 0 }),
      prepares: before.peers.prepares({ block, round: 0 }),
    });
    before.expire("round");
    const node = restarted(before, 3);
    assert.deepEqual(
      node.height.accepted.map(({ round }) => round),
      [0, 1],
    );
  });

  it("W3: nothing recorded for this height means round 0 and the block timer", () => {
    const before = new LocalNode({ self: 3 });
    before.expire("round");
    const other = restarted(before, 2);
    assert.equal(other.round, 0, "entries of another key");
    assert.equal(other.of("set-timer").at(-1)?.timer.kind, "block");
  });
});
