import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import { ZERO_HASH } from "@causeway/protocol/hex";
import { LocalNode, type LocalNodeOptions } from "./support/localNode.js";
import { GENESIS_SECONDS, headAfter } from "./support/modelChain.js";

describe("UponCommit", () => {
  function withBlock(options: Partial<LocalNodeOptions> = {}) {
    const node = new LocalNode({ self: 3, ...options });
    return { node, block: node.block({ coinbase: node.peers.address(0) }) };
  }

  it("C3: q byte-identical COMMITs decide; the certificate holds their seals by index", () => {
    const { node, block } = withBlock();
    node.peers.proposer(0).injectProposal(block);
    for (const i of [2, 0, 1]) node.peers.peer(i).injectCommit(block);
    const [commit] = node.of("commit");
    assert.equal(commit?.block.hash, block.hash);
    assert.equal(commit?.certificate.signers, 0b0111n);
    const seals = [0, 1, 2].map((i) => node.peers.peer(i).commit(block, 0).signature);
    assert.deepEqual(commit?.certificate.seals, seals);
  });

  it("C3: seals of different rounds, checkpoints or strangers never mix", () => {
    const strays = [
      (node: LocalNode, block: Block) => node.peers.peer(2).injectCommit(block, 1),
      (node: LocalNode, block: Block) => node.peers.peer(2).injectCommit(block, 0, { outboxCount: 1 }),
      (node: LocalNode, block: Block) => node.peers.peer(1).injectCommit(block, 0),
      (node: LocalNode, block: Block) => node.peers.stranger.injectCommit(block, 0),
    ];
    for (const stray of strays) {
      const { node, block } = withBlock();
      node.peers.proposer(0).injectProposal(block);
      node.peers.peer(0).injectCommit(block, 0);
      node.peers.peer(1).injectCommit(block, 0);
      stray(node, block);
      assert.equal(node.height.decision, null);
    }
  });

  it("C3: q COMMITs of a round that was left decide", () => {
    const { node, block } = withBlock();
    node.peers.proposer(0).injectProposal(block);
    node.expire("round");
    assert.equal(node.round, 1);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block, 0);
    assert.equal(node.of("commit")[0]?.certificate.checkpoint.round, 0);
  });

  it("C3: q COMMITs of a round not yet entered decide", () => {
    const { node, block } = withBlock();
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block, 5);
    assert.equal(node.of("commit")[0]?.certificate.checkpoint.round, 5);
  });

  it("N2: relays a COMMIT once, to all but the peer it came from", () => {
    const { node, block } = withBlock();
    const peer = node.peers.peer(0).injectCommit(block).injectCommit(block);
    assert.deepEqual(node.of("relay"), [{ kind: "relay", message: peer.commit(block, 0), except: peer.id }]);
  });

  it("C4, H4: a decision ends what is built or executed for another block", () => {
    const { node, block } = withBlock({ self: 0, holding: ["build"] });
    node.input({ kind: "transaction-pooled" }).expire("block");
    assert.equal(node.of("build").length, 1);
    for (const i of [1, 2, 3]) node.peers.peer(i).injectCommit(block);
    assert.deepEqual(node.of("abort"), [{ kind: "abort", height: 1, round: 0 }]);
  });

  it("C4: a decided node stops its timers, then fetches and executes the block it has not", () => {
    const { node, block } = withBlock();
    node.forget();
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    assert.deepEqual(
      node.of("cancel-timer").map(({ timer }) => timer),
      ["block", "round", "resend", "proposal"],
    );
    assert.deepEqual(node.of("fetch-blocks"), [{ kind: "fetch-blocks", height: 1, hashes: [block.hash] }]);
    node.input({ kind: "block-fetched", block });
    assert.equal(node.of("execute").length, 1);
    assert.equal(node.of("commit").length, 1);
  });

  it("C4, C13: a decided block that was held as too early needs no fetching", () => {
    const node = new LocalNode({ self: 3 });
    const block = node.block({ coinbase: node.peers.address(0), timestamp: GENESIS_SECONDS + 60 });
    node.peers.proposer(0).injectProposal(block);
    assert.notEqual(node.height.round.earlyProposal, null);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    assert.equal(node.of("fetch-blocks").length, 0);
    assert.equal(node.of("commit")[0]?.block.hash, block.hash);
  });

  it("C4: takes the block it has not from a ROUND-CHANGE or PROPOSAL as well: who restarted may have no other way to give it", () => {
    for (const kind of ["round-change", "proposal"] as const) {
      const node = new LocalNode({ self: 3 });
      const block = node.block({ coinbase: node.peers.address(0) });
      for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
      const other = node.block({ coinbase: node.peers.address(0), salt: "other" });
      node.peers.peer(0).injectProposal(other);
      assert.equal(node.of("commit").length, 0);
      if (kind === "proposal") node.peers.peer(0).injectProposal(block);
      else node.peers.peer(0).injectRoundChange(1, { block, round: 0 });
      assert.deepEqual(
        node.of("commit").map((effect) => effect.block),
        [block],
      );
    }
  });

  it("C4: waits for an execution already running instead of asking twice", () => {
    const { node, block } = withBlock({ holding: ["execute"] });
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    assert.equal(node.of("execute").length, 1);
    assert.equal(node.of("commit").length, 0);
    node.executes(block).executes(block);
    assert.equal(node.of("commit").length, 1);
    assert.equal(node.asked("prepare").length, 0, "nothing is signed at a decided height");
  });

  it("C4: what is on disk only after the decision is neither sent nor acted on, save a COMMIT", () => {
    const { node, block } = withBlock({ validators: 7, holding: ["record"] });
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2, 4, 5]) node.peers.peer(i).injectPrepare(block).injectCommit(block);
    const [prepare] = node.asked("prepare");
    assert(prepare !== undefined && node.of("commit").length === 1);
    node.forget().records(prepare);
    assert.deepEqual(node.effects, []);
  });

  it("V6, C15: COMMITs that name another set, put aside by an override, decide nothing, contradict nothing and are not passed on", () => {
    const { node, block } = withBlock();
    const old = node.block({ coinbase: block.coinbase, salt: "of the set put aside" });
    const validatorSetHash = ZERO_HASH;
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(old, 0, { validatorSetHash });
    for (const i of [0, 1, 2]) node.peers.peer(i).injectRoundChange(1);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(old, 0, { validatorSetHash });
    assert.equal(node.height.decision, null);
    assert.deepEqual(
      node.of("relay").filter(({ message }) => message.kind === "commit"),
      [],
    );
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block, 1);
    node.input({ kind: "block-fetched", block });
    const { certificate } = node.of("commit")[0] ?? assert.fail();
    node.input({ kind: "new-head", head: headAfter(node.genesis, block, certificate, node.validators) });
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(old, 0, { validatorSetHash });
    assert.deepEqual([...node.of("evidence"), ...node.of("halt")], []);
  });

  it("C4: halts with evidence when its own checkpoint differs", () => {
    const { node, block } = withBlock();
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block, 0, { stateRoot: ZERO_HASH });
    const [halt] = node.of("halt");
    assert.match(halt?.reason ?? "", /C4/);
    assert.equal(halt?.certificates[0]?.checkpoint.stateRoot, ZERO_HASH);
    assert.equal(halt?.own?.stateRoot, block.stateRoot);
    assert.equal(node.of("commit").length, 0);
    node.forget().expire("round");
    assert.deepEqual(node.effects, [], "nothing follows a halt");
  });

  it("C4: halts when a decided block fails its execution", () => {
    const { node, block } = withBlock({ holding: ["execute"] });
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block);
    node.failsToExecute(block, "H1.stateRoot");
    assert.match(node.of("halt")[0]?.reason ?? "", /H1\.stateRoot/);
  });

  it("F1: a second certificate of the same block from another round is ignored", () => {
    const { node, block } = withBlock({ validators: 7, holding: ["execute"] });
    node.peers.proposer(0).injectProposal(block);
    for (const i of [0, 1, 2, 4, 5]) node.peers.peer(i).injectCommit(block, 0);
    for (const i of [0, 1, 2, 4, 5]) node.peers.peer(i).injectCommit(block, 1);
    node.executes(block);
    assert.equal(node.of("commit").length, 1);
    assert.equal(node.of("commit")[0]?.certificate.checkpoint.round, 0);
    assert.equal(node.of("halt").length, 0);
  });

  it("F2: two certificates that differ in more than the round halt with both", () => {
    const { node, block } = withBlock();
    const other = node.block({ coinbase: node.peers.address(1), salt: "other" });
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(block, 0);
    for (const i of [0, 1, 2]) node.peers.peer(i).injectCommit(other, 1);
    const [halt] = node.of("halt");
    assert.match(halt?.reason ?? "", /F2/);
    assert.deepEqual(
      halt?.certificates.map(({ checkpoint }) => checkpoint.blockHash),
      [block.hash, other.hash],
    );
  });

  it("C9: the own COMMIT, heard from somebody else, does not count", () => {
    const { node, block } = withBlock();
    node.peers.proposer(0).injectProposal(block);
    node.peers.peer(0).injectCommit(block);
    node.peers.peer(1).injectCommit(block);
    node.peers.peer(3).injectCommit(block);
    assert.equal(node.height.decision, null);
  });

  it("n = 1: the node alone finalizes", () => {
    const node = new LocalNode({ validators: 1, self: 0 });
    node.nowMs += 1000;
    node.input({ kind: "transaction-pooled" }).expire("block");
    assert.equal(node.of("commit")[0]?.certificate.signers, 1n);
    assert.deepEqual(
      node.of("record").map(({ signing }) => signing.kind),
      ["proposal", "prepare", "commit"],
    );
  });
});
