import assert from "node:assert/strict";
import { acceptsForkId, forkId } from "@causeway/protocol/forkId";
import type { Hash } from "@causeway/protocol/hex";
import { id } from "ethers";
import { type Attacker, attack, shakeHands } from "../support/attacker.js";
import { domain, validators } from "../support/sampleChain.js";
import { logged, peerIdOfNode, startNode, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

describe("handshake (N1)", () => {
  let node: TestNode;
  let attacker: Attacker;
  const [validator, other] = validators as [(typeof validators)[0], (typeof validators)[0]];
  beforeEach(async () => {
    node = await startNode(0);
    attacker = await attack(node);
  });
  afterEach(async () => {
    await attacker.stop();
    await node.network.stop();
  });

  async function assertRefused(rule: string): Promise<void> {
    await until(`refused with ${rule}`, () => logged(node, rule));
    await until("disconnected", () => attacker.connection.status !== "open");
    assert.deepEqual(node.network.peers(), []);
    assert.deepEqual(node.connected, []);
    assert.deepEqual(node.refused, [rule]);
  }

  it("lets in a follower without a validator key", async () => {
    await shakeHands(attacker, { headHeight: () => 9 });
    await until("connected", () => node.connected.length === 1);
    assert.deepEqual(node.network.peers(), [{ id: attacker.peerId, validator: null, height: 9, score: 0 }]);
  });

  it("N1.genesisHash: refuses a peer of another chain", async () => {
    await shakeHands(attacker, { genesisHash: id("other") as Hash }).catch(() => undefined);
    await assertRefused("N1.genesisHash");
  });

  it("N1.forkId: refuses a peer of other rules", async () => {
    const { genesisHash } = { genesisHash: id("genesis") as Hash };
    await shakeHands(attacker, { forkId: forkId(genesisHash, [5], 5) }).catch(() => undefined);
    await assertRefused("N1.forkId");
  });

  it("V4: learns the key a peer proves later, without a new connection", async () => {
    const proof = (by: typeof validator) => ({
      signHandshake: (digest: Hash) => ({ validator: by.address, signature: by.sign(digest) }),
    });
    await shakeHands(attacker, proof(validator));
    await until("connected", () => node.network.peers()[0]?.validator === validator.address);
    await shakeHands(attacker, proof(other));
    await until("the other key", () => node.network.peers()[0]?.validator === other.address);

    const forged = {
      signHandshake: () => ({ validator: validator.address, signature: other.sign(id("") as Hash) }),
    };
    await shakeHands(attacker, forged).catch(() => undefined);
    await until("refused with N1.validator", () => node.refused.includes("N1.validator"));
    assert.equal(node.network.peers()[0]?.validator, other.address);
    assert.equal(node.connected.length, 1);
  });

  it("says that a key is held by two nodes: this one and another, or two others (C15)", async () => {
    const proof = (by: typeof validator) => ({
      signHandshake: (digest: Hash) => ({ validator: by.address, signature: by.sign(digest) }),
    });
    const warned = (part: RegExp) =>
      node.log
        .filter(({ level, message }) => level === "warn" && part.test(message))
        .map(({ fields }) => fields);
    const second = await attack(node, 101);
    try {
      await shakeHands(attacker, proof(other));
      await until("one of each key", () => node.connected.length === 1);
      assert.deepEqual(warned(/consensus key/), [], "each key has one node so far");
      await shakeHands(second, proof(other));
      await until("the second", () => node.connected.length === 2);
      assert.deepEqual(warned(/two peers hold one consensus key/), [
        { peer: second.peerId, other: attacker.peerId, validator: other.address },
      ]);
      await shakeHands(second, proof(validator));
      await until("the own key", () => warned(/holds this node's consensus key/).length === 1);
      assert.equal(node.network.peers().length, 2, "a warning parts nobody");
    } finally {
      await second.stop();
    }
  });

  it("V4: proves a rotated key to every peer when told to", async () => {
    let key = validator;
    const rotating = await startNode(8, {
      boot: node.network.addresses,
      handlers: { signHandshake: (digest) => ({ validator: key.address, signature: key.sign(digest) }) },
    });
    try {
      const proven = () => node.network.peers().find(({ id }) => id === rotating.network.peerId)?.validator;
      await until("connected", () => proven() === validator.address);
      key = other;
      rotating.network.proveKey();
      await until("the other key", () => proven() === other.address);
    } finally {
      await rotating.network.stop();
    }
  });

  it("H8: lets in a peer that has passed an upgrade this node has yet to sync to", async () => {
    const { genesisHash } = domain;
    const late = await startNode(7, {
      options: {
        forkId: forkId(genesisHash, [5], 0),
        acceptsForkId: (remote) => acceptsForkId(genesisHash, [5], 0, remote),
      },
    });
    const peer = await attack(late, 107);
    try {
      await shakeHands(peer, { forkId: forkId(genesisHash, [5], 9) });
      await until("connected", () => late.connected.length === 1);
    } finally {
      await peer.stop();
      await late.network.stop();
    }
  });

  it("N1.validator: refuses a claim signed with another key", async () => {
    await shakeHands(attacker, {
      signHandshake: (digest) => ({ validator: validator.address, signature: other.sign(digest) }),
    }).catch(() => undefined);
    await assertRefused("N1.validator");
  });

  it("N1.validator: refuses a true signature over another channel's nonce", async () => {
    await shakeHands(attacker, {
      signHandshake: () => ({
        validator: validator.address,
        signature: validator.sign(id("replayed") as Hash),
      }),
    }).catch(() => undefined);
    await assertRefused("N1.validator");
  });

  it("N1: refuses a peer that hangs up instead", async () => {
    const stream = await attacker.open("/causeway/1/hello");
    await stream.close();
    await assertRefused("N1");
  });

  it("N1: holds one handshake at a time with a peer", async () => {
    const first = await attacker.open("/causeway/1/hello");
    const second = await attacker.open("/causeway/1/hello");
    await until("the second is ended", () => second.status !== "open");
    assert.equal(first.status, "open");
  });

  it("N1: no consensus message is taken before the handshake", async () => {
    const stream = await attacker.open("/causeway/1/consensus");
    stream.send(new Uint8Array([2, 0x11, 0xc0]));
    await shakeHands(attacker, { genesisHash: id("other") as Hash }).catch(() => undefined);
    await assertRefused("N1.genesisHash");
    assert.deepEqual(node.messages, []);
  });
});

describe("allowlist", () => {
  it("N1.allowlist: refuses a peer id that is not on it, keeps one that is", async () => {
    const node = await startNode(0, { options: { allowlist: [peerIdOfNode(1)] } });
    const friend = await startNode(1, { boot: node.network.addresses });
    await until("the friend is in", () => node.network.peers().length === 1);
    const stranger = await attack(node).catch(() => null);
    await until("the stranger is refused", () => logged(node, "N1.allowlist"));
    assert.equal(node.network.peers().length, 1);
    await stranger?.stop();
    await friend.network.stop();
    await node.network.stop();
  });
});
