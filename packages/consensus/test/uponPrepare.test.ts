import assert from "node:assert/strict";
import { LocalNode } from "./support/localNode.js";

describe("UponPrepare", () => {
  function proposed(holding: readonly ("record" | "execute")[] = []) {
    const node = new LocalNode({ self: 1, holding });
    const block = node.block({ coinbase: node.peers.address(0) });
    node.peers.proposer(0).injectProposal(block);
    return { node, block };
  }

  it("C9: q PREPAREs make the node prepared, and only then does it sign its COMMIT", () => {
    const { node, block } = proposed();
    node.peers.nonProposing(0).injectPrepare(block);
    assert.equal(node.asked("commit").length, 0, "two of three");
    assert.equal(node.prepared(), undefined);
    node.peers.nonProposing(1).injectPrepare(block);
    assert.equal(node.prepared(), block.hash);
    const [commit] = node.sent("commit");
    assert.equal(commit?.payload.blockHash, block.hash);
    assert.equal(commit?.payload.stateRoot, block.stateRoot);
  });

  it("W2: the COMMIT is recorded with exactly the q PREPAREs behind it", () => {
    const { node, block } = proposed();
    for (const peer of node.peers.all) peer.injectPrepare(block);
    const [commit] = node.asked("commit");
    assert.equal(commit?.prepares.length, 3);
    assert.equal(new Set(commit?.prepares.map(({ author }) => author)).size, 3);
  });

  it("C9: PREPAREs that came before the PROPOSAL count once the block is executed", () => {
    const node = new LocalNode({ self: 1, holding: ["execute"] });
    const block = node.block({ coinbase: node.peers.address(0) });
    for (const peer of node.peers.all) peer.injectPrepare(block);
    node.peers.proposer(0).injectProposal(block);
    assert.equal(node.asked("commit").length, 0);
    node.executes(block);
    assert.equal(node.sent("commit").length, 1);
  });

  it("W2: the own PREPARE counts only when it is on disk", () => {
    const { node, block } = proposed(["record"]);
    for (const peer of node.peers.all) peer.injectPrepare(block);
    assert.equal(node.prepared(), undefined);
    assert.equal(node.sent("prepare").length, 0);
    const [prepare] = node.asked("prepare");
    assert(prepare !== undefined);
    node.records(prepare);
    assert.equal(node.sent("prepare").length, 1);
    assert.equal(node.prepared(), block.hash);
  });

  it("C16: doubled, foreign, other-block and other-round PREPAREs do not count", () => {
    const { node, block } = proposed();
    const other = node.block({ coinbase: node.peers.address(0), salt: "other" });
    node.peers.nonProposing(0).injectPrepare(block).injectPrepare(block);
    node.peers.stranger.injectPrepare(block);
    node.peers.nonProposing(1).injectPrepare(other);
    node.peers.proposer(0).injectPrepare(block, 1);
    assert.equal(node.asked("commit").length, 0);
  });

  it("N2: a new PREPARE is relayed once, to all but the peer it came from", () => {
    const { node, block } = proposed();
    node.forget();
    const peer = node.peers.nonProposing(0);
    peer.injectPrepare(block).injectPrepare(block);
    assert.deepEqual(
      node.of("relay").map(({ except }) => except),
      [peer.id],
    );
  });
});
