import assert from "node:assert/strict";
import { RELAYS_PER_AUTHOR_MAX } from "../src/messages/withinAuthorLimit.js";
import { claimRound } from "./support/claimRound.js";
import { LocalNode } from "./support/localNode.js";
import { Simulation } from "./support/simulation.js";

/** Rounds are uint32 (X1). */
const LAST_ROUND = 2 ** 32 - 1;

/** What other implementations got wrong, and what shows that this one does not. */
describe("mistakes of others", () => {
  it("the round inside block hash or state (C5): a block certified in two rounds is one block", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const [round0, round1] = [0, 1].map((round) => node.peers.peer(0).commit(block, round).payload);
    assert.deepEqual({ ...round0, round: 1 }, round1);
  });

  it("no durable votes (W1, W2, W3): killed at each effect and started again, a node never signs twice", () => {
    const signed = (node: LocalNode) => node.record.entries.map(({ signing }) => signing);
    const script = (node: LocalNode) => {
      const block = node.block({ coinbase: node.peers.address(0) });
      node.peers.proposer(0).injectProposal(block);
      for (const peer of node.peers.all) peer.injectPrepare(block);
      node.expire("round").expire("round");
    };
    const whole = new LocalNode({ self: 3 });
    script(whole);
    for (let kept = 0; kept <= whole.record.entries.length; kept++) {
      const restored = whole.record.entries.slice(0, kept);
      const node = new LocalNode({ self: 3, restored, holding: ["record"] });
      node.record.entries.push(...restored);
      script(node);
      for (const effect of node.of("record")) node.record.append(effect);
      const positions = signed(node).map(({ kind, payload }) => `${payload.round} ${kind}`);
      assert.equal(new Set(positions).size, positions.length, `killed after ${kept} entries`);
    }
  });

  it("the own COMMIT counted before being prepared (C9)", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    node.peers.peer(0).injectCommit(block);
    node.peers.peer(1).injectCommit(block);
    assert.equal(node.height.decision, null, "two COMMITs and an unprepared node are not three");
    assert.equal(node.asked("commit").length, 0);
  });

  it("timers acted upon after the block was imported (C7)", () => {
    const node = new LocalNode({ self: 3 });
    const { timer } = { timer: { kind: "round", height: 1, round: 0 } } as const;
    const head = { ...node.genesis, height: 1, timestamp: node.genesis.timestamp + 1 };
    node.input({ kind: "new-head", head }).forget();
    for (const kind of ["round", "block", "resend", "proposal"] as const) {
      node.input({ kind: "timeout", timer: { ...timer, kind } });
    }
    assert.deepEqual(node.effects, []);
  });

  const QUORUMS = { 1: 1, 2: 2, 3: 2, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6, 9: 6, 10: 7, 13: 9 };
  for (const [n, q] of Object.entries(QUORUMS)) {
    it(`2f + 1 or floor(2n/3) for a quorum (C3): of ${n} validators ${q} decide and ${q - 1} do not`, () => {
      const node = new LocalNode({ validators: Number(n), self: null });
      const block = node.block({ coinbase: node.peers.address(0) });
      node.peers.proposer(0).injectProposal(block);
      for (const peer of node.peers.all.slice(0, q - 1)) peer.injectCommit(block);
      assert.equal(node.of("commit").length, 0);
      node.peers.peer(q - 1).injectCommit(block);
      assert.equal(node.of("commit").length, 1);
    });
  }

  it("timeouts that grow for ever (C7) and no way to catch up (C8): rounds apart after hours, one restart suffices", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(2, 10));
    for (const i of [0, 1]) network.node(i).crash();
    network.wait(4 * 3600);
    network.node(3).crash();
    network.wait(3600);
    network.node(3).start();
    network.node(0).start();
    const before = network.highest;
    assert(network.reaches(before + 5, 300), `stuck at ${network.highest}`);
  });

  it("no re-sending (C11): a round whose every message was lost once is finished without a round change", () => {
    const network = new Simulation({ validators: 4 });
    const lost = new Set<string>();
    network.passes = ({ kind, author, payload }, from, to) => {
      const key = [kind, author, payload.height, payload.round, from.id, to.id].join();
      const again = lost.has(key);
      lost.add(key);
      return again || kind === "proposal";
    };
    network.start();
    assert(network.reaches(3, 60), `stuck at ${network.highest}`);
    const rounds = network.node(0).chain.map(({ certificate }) => certificate.checkpoint.round);
    assert.deepEqual(rounds.slice(0, 3), [0, 0, 0]);
  });

  it("an altered re-proposal (C5): another coinbase or time is another hash, and is refused", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const prepared = { block, round: 0 };
    const altered = node.block({ coinbase: node.peers.address(1) });
    node.peers.proposer(1).injectProposal(altered, 1, {
      roundChanges: node.peers.roundChanges(1, prepared),
      prepares: node.peers.prepares(prepared),
    });
    assert.deepEqual(node.refusals, ["C5.blockHash"]);
  });

  it("a justification that asks for unanimity (C2): ROUND-CHANGEs with and without claims justify together", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const prepared = { block, round: 0 };
    const roundChanges = [
      node.peers.peer(0).signRoundChange(1, prepared),
      node.peers.peer(1).signRoundChange(1),
      node.peers.peer(2).signRoundChange(1),
    ];
    const prepares = node.peers.prepares(prepared);
    node.peers.proposer(1).injectProposal(block, 1, { roundChanges, prepares });
    assert.deepEqual(node.refusals, []);
  });

  it("PREPAREs doubled in a ROUND-CHANGE (C8): the own certificate never has any", () => {
    const node = new LocalNode({ self: 3, validators: 7 });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    for (const peer of [...node.peers.all, ...node.peers.all]) peer.injectPrepare(block);
    node.expire("round");
    const [message] = node.sent("round-change");
    assert.equal(new Set(message?.prepares.map(({ author }) => author)).size, 5);
    assert.equal(message?.prepares.length, 5);
  });

  it("the round timer started before the block period or while waiting for transactions (C14)", () => {
    const network = new Simulation({ validators: 4, transactions: false }).start();
    network.wait(9);
    const roundsTimed = network.nodes.map(({ state }) => state.height?.round.timerRunning);
    assert.deepEqual(roundsTimed, [false, false, false, false]);
    assert(network.nodes.every(({ state }) => state.height?.round.number === 0));
  });

  it("start-up that waits for sync or for a number of peers (N5): all restart at once, all behind, none waits", () => {
    const network = new Simulation({ validators: 4 }).start();
    assert(network.reaches(3, 10));
    for (const node of network.nodes) node.crash();
    network.wait(100);
    for (const node of network.nodes) node.start();
    assert(network.reaches(6, 30), `stuck at ${network.highest}`);
  });

  it("unbounded buffers (C12): whatever one validator sends, it holds a bounded number of places", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    for (let round = 1; round < 500; round++) {
      node.peers.peer(1).injectPrepare(block, round).injectCommit(block, round).injectRoundChange(round);
      node.peers.peer(1).injectProposal({ ...block, hash: `0x${round}` }, round);
    }
    const { votes, blocks } = node.height;
    for (const book of Object.values(votes)) assert((book.get(node.peers.address(1))?.size ?? 0) <= 2);
    assert(blocks.size <= 1);
  });

  it("votes of ever higher rounds passed on by everybody (C12): one validator makes others say a bounded number of things", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0) });
    const spam = (from: number) => {
      node.forget();
      for (let round = from; round < from + 500; round++)
        node.peers.peer(1).injectPrepare(block, round).injectCommit(block, round).injectRoundChange(round);
      return node.of("relay").length;
    };
    assert.equal(spam(1), RELAYS_PER_AUTHOR_MAX);
    node.forget().peers.peer(0).injectPrepare(block);
    assert.equal(node.of("relay").length, 1, "what others say still goes on");
    node.expire("resend");
    assert.equal(spam(1000), RELAYS_PER_AUTHOR_MAX);
    node.forget().expire("resend");
    const highest = node.sent("round-change").find(({ author }) => author === node.peers.address(1));
    assert.equal(highest?.payload.round, 1499, "what was not relayed goes with the next re-send (C11)");
  });

  it("a log that anybody fills (C12): bad PROPOSALs without end are complained of a bounded number of times", () => {
    const node = new LocalNode({ self: 3 });
    for (let i = 0; i < 500; i++) {
      const coinbase = node.peers.address(1);
      node.peers.proposer(0).injectProposal(node.block({ coinbase, salt: `${i}` }));
    }
    assert.equal(node.refusals.length, RELAYS_PER_AUTHOR_MAX);
    node
      .forget()
      .peers.proposer(0)
      .injectProposal(node.block({ coinbase: node.peers.address(0) }));
    assert.equal(node.of("relay").length, 1, "the author may not even know of the spoilt ones");
    assert.equal(node.sent("prepare").length, 1);
  });

  it("a jump to the end of all rounds (C8): f validators in the last round move nobody, and blocks go on", () => {
    const node = new LocalNode({ self: 3, validators: 7 });
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(LAST_ROUND);
    assert.equal(node.round, 0);
    node.peers.peer(2).injectRoundChange(1);
    assert.equal(node.round, 1, "the highest round of somebody honest");
    const network = new Simulation({ validators: 4 });
    const [liar, ...honest] = network.nodes;
    for (const honestNode of honest) honestNode.start();
    for (let height = 1; height <= 8; height++) {
      for (const to of honest) if (liar !== undefined) claimRound(network, liar, to, LAST_ROUND);
      assert(network.reaches(height, 60), `stuck at ${network.highest}`);
    }
  });

  it("timeouts that overflow (C7): from round 33 to the last one they are the maximum, and after that nothing is signed", () => {
    const node = new LocalNode({ self: 3 });
    for (const round of [33, 1000, LAST_ROUND]) {
      node.forget();
      for (const i of [0, 1, 2]) node.peers.peer(i).injectRoundChange(round);
      assert.equal(node.round, round);
      const timers = node.of("set-timer").filter(({ timer }) => timer.kind === "round");
      assert.deepEqual(timers.at(-1), {
        kind: "set-timer",
        timer: { kind: "round", height: 1, round },
        delayMs: 60_000,
      });
    }
    node.forget().expire("round");
    assert.deepEqual(node.of("record"), []);
    assert.equal(node.round, LAST_ROUND);
  });

  it("a clock that runs ahead and drags chain time along (C13): a hundred blocks are never ahead of true time by more than two seconds", () => {
    const network = new Simulation({ validators: 4 }).start();
    let ahead = 0;
    for (let height = 1; height <= 100; height++) {
      network.node(0).skewMs = height < 50 ? 1_900 : 30_000;
      assert(network.reaches(height, 60), `stuck at ${network.highest}`);
      const newest = Math.max(...network.nodes.map(({ head }) => head.timestamp));
      ahead = Math.max(ahead, newest * 1000 - network.queue.nowMs);
    }
    assert(ahead <= 2_000, `${ahead} ms ahead`);
  });

  it("trusting a proposer's clock (C13): a block of next year waits, and the round goes on without it", () => {
    const node = new LocalNode({ self: 3 });
    const timestamp = node.genesis.timestamp + 365 * 86_400;
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0), timestamp }));
    assert.equal(node.of("execute").length, 0);
    const delays = node.of("set-timer").map(({ delayMs }) => delayMs);
    assert(Math.max(...delays) <= 60_000);
    for (const i of [0, 1]) node.peers.peer(i).injectRoundChange(1);
    assert.equal(node.round, 1);
    assert.equal(node.height.round.earlyProposal, null);
  });
});
