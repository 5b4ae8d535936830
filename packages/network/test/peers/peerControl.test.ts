import assert from "node:assert/strict";
import { peerIdOfNode, startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

describe("peers added and removed by the operator", () => {
  let nodes: TestNode[] = [];
  afterEach(async () => {
    await stopAll(nodes);
    nodes = [];
  });
  const addressOf = ({ network }: TestNode) => network.addresses[0] as string;
  const connectedTo = (node: TestNode, index: number) =>
    node.network.peers().some(({ id }) => id === peerIdOfNode(index));

  it("are admitted beside an allowlist, kept connected, and let go", async () => {
    const options = { allowlist: [] };
    const [a, b] = [await startNode(0, { options }), await startNode(1, { options })];
    nodes = [a, b];
    const [atA, atB] = [addressOf(a), addressOf(b)];
    // Each side lets in whom its operator added.
    assert.deepEqual([a.network.addPeer(atB), b.network.addPeer(atA)], [true, true]);
    await until("both are connected", () => connectedTo(a, 1) && connectedTo(b, 0));
    assert.equal(a.network.addPeer(atB), false);
    assert.deepEqual(
      [a.network.removePeer(peerIdOfNode(1)), b.network.removePeer(peerIdOfNode(0))],
      [true, true],
    );
    await until("both are apart", () => !connectedTo(a, 1) && !connectedTo(b, 0));
    assert.equal(a.network.removePeer(peerIdOfNode(1)), false);
  });

  it("refuse an address that names no peer, and this node itself", async () => {
    const a = await startNode(0);
    nodes = [a];
    for (const address of ["", "peer", "/ip4/127.0.0.1/tcp/1", "/ip4/x/p2p/y"]) {
      assert.throws(() => a.network.addPeer(address), { code: "BootPeerInvalid" }, address);
    }
    assert.equal(a.network.addPeer(addressOf(a)), false);
  });
});
