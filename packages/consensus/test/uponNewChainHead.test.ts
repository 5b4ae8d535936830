import assert from "node:assert/strict";
import type { Head } from "@causeway/protocol/head";
import { LocalNode } from "./support/localNode.js";
import { modelBlock, modelValidators } from "./support/modelChain.js";

describe("UponNewChainHead", () => {
  function nextHead(head: Head, change: Partial<Head> = {}): Head {
    const timestamp = head.timestamp + 1;
    const block = modelBlock(head, { coinbase: modelValidators(1)[0] ?? "0x", timestamp });
    return { ...head, height: head.height + 1, hash: block.hash, timestamp, ...change };
  }

  it("enters the next height at round 0 when sync moves the chain in the middle of a round", () => {
    const node = new LocalNode({ self: 3, holding: ["execute"] });
    node.peers.proposer(0).injectProposal(node.block({ coinbase: node.peers.address(0) }));
    node.forget().input({ kind: "new-head", head: nextHead(nextHead(node.genesis)) });
    assert.deepEqual(node.effects[0], { kind: "abort", height: 1, round: 0 });
    assert.equal(node.height.number, 3);
    assert.equal(node.round, 0);
    assert.equal(node.height.round.proposal, null);
  });

  it("F1: the head it has already changes nothing", () => {
    const node = new LocalNode({ self: 3 });
    const { state } = node;
    node.forget().input({ kind: "new-head", head: node.genesis });
    assert.deepEqual(node.effects, []);
    assert.deepEqual(node.state, state);
  });

  it("F2: another block at the head's height halts", () => {
    const node = new LocalNode({ self: 3 });
    const first = nextHead(node.genesis);
    node.input({ kind: "new-head", head: first });
    node.input({ kind: "new-head", head: nextHead(node.genesis, { hash: node.genesis.hash }) });
    assert.match(node.of("halt")[0]?.reason ?? "", /F2/);
  });

  it("F2: a synced block that contradicts the decision halts with both certificates", () => {
    const node = new LocalNode({ self: null });
    const [decided, synced] = [0, 1].map((i) => node.block({ coinbase: node.peers.address(i) }));
    assert(decided !== undefined && synced !== undefined);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(decided);
    assert.equal(node.of("fetch-blocks").length, 1);
    const { decision } = node.height;
    assert(decision !== null);
    const checkpoint = node.peers.peer(0).commit(synced, 1).payload;
    const certificate = { ...decision, checkpoint };
    node
      .forget()
      .input({ kind: "new-head", head: nextHead(node.genesis, { hash: synced.hash, certificate }) });
    assert.deepEqual(
      node.effects.map((effect) => (effect.kind === "halt" ? effect.certificates : effect.kind)),
      [[decision, certificate]],
    );
  });

  it("F1: a synced certificate of the decided block from another round is taken", () => {
    const node = new LocalNode({ self: null });
    const block = node.block({ coinbase: node.peers.address(0) });
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    const { decision } = node.height;
    assert(decision !== null);
    const certificate = { ...decision, checkpoint: { ...decision.checkpoint, round: 1 } };
    node.input({ kind: "new-head", head: nextHead(node.genesis, { hash: block.hash, certificate }) });
    assert.equal(node.height.number, 2);
    assert.deepEqual(node.of("halt"), []);
  });

  it("F2: a safety stop is the last effect, whatever was kept for the next height", () => {
    const node = new LocalNode({ self: null, validators: 5 });
    const first = node.block({ coinbase: node.peers.address(0) });
    const certificate = {
      checkpoint: node.peers.peer(0).commit(first, 0).payload,
      signers: 0b1111n,
      seals: [],
    };
    const head = nextHead(node.genesis, { hash: first.hash, certificate });
    const coinbase = node.peers.address(1);
    const sameTime = modelBlock(head, { coinbase, timestamp: first.timestamp });
    for (const peer of node.peers.all) peer.injectCommit(sameTime, 0);
    node.forget().input({ kind: "new-head", head });
    assert.equal(node.of("halt").length, 1);
    assert.equal(node.effects.at(-1)?.kind, "halt");
  });

  it("C12: messages of the next height are kept, one of each kind per validator, and used on entry", () => {
    const node = new LocalNode({ self: 3 });
    const head = nextHead(node.genesis);
    const ahead = new LocalNode({ self: 3 });
    ahead.input({ kind: "new-head", head });
    const block = ahead.block({ coinbase: ahead.peers.proposer(0).address });
    const proposal = ahead.peers.proposer(0).proposal(block);
    node.peers.proposer(0).inject(proposal);
    for (const peer of ahead.peers.all) node.peers.proposer(0).inject(peer.prepare(block, 0));
    assert.equal(node.of("execute").length, 0);
    node.input({ kind: "new-head", head });
    assert.equal(node.sent("prepare").length, 1);
    assert.equal(node.sent("commit").length, 1);
  });

  it("V1: signs with the key in S(h), and follows when none of its keys is in it", () => {
    const validators = modelValidators(5);
    const [, , , fourth = "0x", fifth = "0x"] = validators;
    const node = new LocalNode({ self: 3, config: { keys: [fourth, fifth] } });
    assert.equal(node.height.self, fourth);
    const rotated = [...validators.slice(0, 3), fifth];
    const second = nextHead(node.genesis, { nextValidators: rotated });
    node.input({ kind: "new-head", head: second });
    assert.equal(node.height.self, fifth);
    const third = nextHead(second, { nextValidators: validators.slice(0, 3) });
    node.input({ kind: "new-head", head: third });
    assert.equal(node.height.self, null);
  });

  it("W5: a key without record signs nothing until a certified block is more than 2 s younger than its start", () => {
    const [, , , key = "0x"] = modelValidators(4);
    const node = new LocalNode({ self: 3, config: { keysWithoutRecord: [key] } });
    const started = node.state.config.startedAtSeconds;
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    assert.equal(node.of("record").length, 0);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    const certificate = node.of("commit")[0]?.certificate ?? null;
    let head = nextHead(node.genesis, { certificate, timestamp: started + 2 });
    node.input({ kind: "new-head", head });
    assert.equal(node.height.self, null);
    head = nextHead(head, { certificate, timestamp: started + 3 });
    node.input({ kind: "new-head", head });
    assert.equal(node.height.self, key);
  });
});
