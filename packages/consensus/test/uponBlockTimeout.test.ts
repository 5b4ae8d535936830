import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

describe("UponBlockTimeout", () => {
  it("C14: the block timer is set to parent + period, and nothing starts before it", () => {
    const node = new LocalNode({ self: 0 });
    const timer = { kind: "block", height: 1, round: 0 };
    assert.deepEqual(node.of("set-timer").at(-1), { kind: "set-timer", timer, delayMs: 1000 });
    node.input({ kind: "transaction-pooled" }).input({ kind: "transaction-waiting" });
    assert.equal(node.of("build").length, 0);
    assert(!node.height.round.timerRunning);
  });

  it("C14: after it the proposer builds as soon as a transaction is pooled", () => {
    const node = new LocalNode({ self: 0, holding: ["build"] });
    node.nowMs += 1000;
    node.expire("block");
    assert.equal(node.of("build").length, 0);
    node.nowMs += 300;
    node.input({ kind: "transaction-pooled" }).input({ kind: "transaction-waiting" });
    const { genesis } = node;
    assert.deepEqual(node.of("build"), [
      {
        kind: "build",
        height: 1,
        round: 0,
        parentHash: genesis.hash,
        coinbase: node.peers.address(0),
        timestamp: genesis.timestamp + 1,
      },
    ]);
  });

  it("C14: the timer of round 0 starts once a transaction waited, not when it was pooled", () => {
    const node = new LocalNode({ self: 3 });
    node.expire("block").input({ kind: "transaction-pooled" });
    assert(!node.height.round.timerRunning);
    node.input({ kind: "transaction-waiting" });
    assert(node.height.round.timerRunning);
    assert.equal(node.of("build").length, 0, "not its turn");
  });

  it("C14: without transactions everything starts at the empty deadline", () => {
    const node = new LocalNode({ self: 0, holding: ["build"] });
    node.nowMs += 1000;
    node.expire("block");
    assert.equal(node.of("set-timer").at(-1)?.delayMs, 9000);
    assert(!node.height.round.timerRunning);
    node.nowMs += 9000;
    node.expire("block");
    assert(node.height.round.timerRunning);
    assert.equal(node.of("build")[0]?.timestamp, node.genesis.timestamp + 10);
  });

  it("C13: a deadline far ahead of a slow clock is looked at again after the longest timeout", () => {
    const node = new LocalNode({ self: 0 });
    const head = { ...node.genesis, height: 1, timestamp: node.genesis.timestamp + 86_400 };
    node.forget().input({ kind: "new-head", head });
    const timer = { kind: "block", height: 2, round: 0 };
    const wait = { kind: "set-timer", timer, delayMs: 60_000 };
    assert.deepEqual(node.of("set-timer").at(-1), wait);
    node.forget().expire("block");
    assert.deepEqual(node.effects, [wait]);
    node.nowMs += 86_400_000;
    node.forget().expire("block");
    assert.equal(node.height.pace.next, "empty-deadline");
  });

  it("C10: a block is not executed again after it was built", () => {
    const node = new LocalNode({ self: 0 });
    node.input({ kind: "transaction-pooled" }).expire("block");
    assert.equal(node.sent("prepare").length, 1);
    assert.equal(node.of("execute").length, 0);
  });

  it("C14: transactions start nothing in a later round, whose proposer waits for ROUND-CHANGEs", () => {
    const node = new LocalNode({ self: 1, holding: ["build"] });
    node.expire("block").expire("round");
    assert.equal(node.round, 1);
    node.input({ kind: "transaction-pooled" }).input({ kind: "transaction-waiting" });
    assert.equal(node.of("build").length, 0);
    assert(!node.height.round.timerRunning);
  });

  it("C14: a transaction that waited is not forgotten for another one that is new", () => {
    const node = new LocalNode({ self: 3 });
    node.input({ kind: "transaction-waiting" }).input({ kind: "transaction-pooled" });
    node.expire("block");
    assert(node.height.round.timerRunning);
  });

  it("C14: an empty block before the empty deadline is valid all the same", () => {
    const node = new LocalNode({ self: 3 });
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0) }));
    assert.deepEqual(node.refusals, []);
    assert.equal(node.sent("prepare").length, 1);
  });

  it("H1: a block's time is never before parent + period, however slow the clock", () => {
    const node = new LocalNode({ self: 2, holding: ["build"] });
    node.nowMs -= 60_000;
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(2);
    assert.equal(node.of("build")[0]?.timestamp, node.genesis.timestamp + 1);
  });
});
