import assert from "node:assert/strict";
import type { Address } from "@causeway/protocol/hex";
import { multiaddr } from "@multiformats/multiaddr";
import { hostOf } from "../../src/connections/hostOf.js";
import { type Slot, surplusSlots } from "../../src/connections/surplusSlots.js";
import {
  CONNECTIONS_PER_PEER_MAX,
  STRANGERS_MAX,
  STRANGERS_PER_HOST_MAX,
  UNPROVEN_MAX,
} from "../../src/limits.js";
import { type Attacker, attack, shakeHands } from "../support/attacker.js";
import { validators } from "../support/sampleChain.js";
import { logged, startNode, stopAll, type TestNode } from "../support/testNode.js";
import { until } from "../support/until.js";

const KEY: Address = `0x${"aa".repeat(20)}`;
let opened = 0;

/** Connections of one standing and host, each younger than all before. */
function open(count: number, standing: Slot["standing"], host: string, key: Address | null = null): Slot[] {
  return Array.from({ length: count }, () => ({ standing, key, host, openedAt: opened++ }));
}

describe("places for connections (N2, N5)", () => {
  const closed = (...places: Slot[][]) => surplusSlots(places.flat(), STRANGERS_PER_HOST_MAX);

  it("no standing takes the places of another, and kept peers have as many as they need", () => {
    const full = [
      open(2 * STRANGERS_MAX, "kept", "k"),
      ...[1, 2, 3, 4].map((host) => open(STRANGERS_MAX / 4, "stranger", `s${host}`)),
      open(UNPROVEN_MAX, "unproven", "u"),
      ...validators.map(({ address }) => open(CONNECTIONS_PER_PEER_MAX, "validator", "v", address)),
    ];
    assert.deepEqual(closed(...full), []);
  });

  it("strangers of one host keep a bounded number: the last to come goes", () => {
    const places = open(STRANGERS_PER_HOST_MAX + 2, "stranger", "s");
    assert.deepEqual(new Set(closed(places)), new Set(places.slice(-2)));
  });

  it("when strangers fill their places, the host with the most gives way to another", () => {
    const hosts = [1, 2, 3, 4].map((host) => open(STRANGERS_PER_HOST_MAX, "stranger", `s${host}`));
    const late = open(1, "stranger", "late");
    const [gone, ...others] = closed(...hosts, late);
    assert.match(gone?.host ?? "", /^s\d$/);
    assert.deepEqual(others, []);
    const each = Array.from({ length: STRANGERS_MAX }, (_, host) => open(1, "stranger", `h${host}`));
    const last = open(1, "stranger", "last");
    assert.deepEqual(closed(...each, last), last, "all hosts are equal: who is there stays");
  });

  it("of those that have proven nothing the oldest of the host with the most goes", () => {
    const own = open(1, "unproven", "validator");
    const silent = open(UNPROVEN_MAX, "unproven", "silent");
    assert.deepEqual(closed(own, silent), [silent[0]]);
  });

  it("many peers of one validator's key have the places of one", () => {
    const own = open(CONNECTIONS_PER_PEER_MAX + 3, "validator", "v", KEY);
    assert.deepEqual(closed(own), own.slice(0, 3));
  });

  it("a host is an IPv4 address or the /64 of an IPv6 one", () => {
    const hosts = {
      "/ip4/10.0.0.1/tcp/30401": "10.0.0.1",
      "/ip6/::ffff:10.0.0.1/tcp/1": "10.0.0.1",
      "/ip6/2001:db8:1:2:3:4:5:6/tcp/1": "2001:db8:1:2",
      "/ip6/2001:db8:1:2::6/tcp/2": "2001:db8:1:2",
      "/ip6/2001:db8::6/tcp/2": "2001:db8:0:0",
      "/ip6/::1/tcp/2": "0:0:0:0",
    };
    for (const [address, host] of Object.entries(hosts))
      assert.equal(hostOf(multiaddr(address)), host, address);
  });
});

describe("strangers of one host (N2, N5)", () => {
  const attackers: Attacker[] = [];
  let nodes: TestNode[] = [];
  afterEach(async () => {
    await stopAll(nodes);
    nodes = [];
    await Promise.all(attackers.splice(0).map((attacker) => attacker.stop()));
  });

  /** Another identity; with as many connections as one may have. */
  async function crowd(target: TestNode, index: number): Promise<void> {
    const attacker = await attack(target, index);
    attackers.push(attacker);
    await shakeHands(attacker);
    const address = multiaddr(target.network.addresses[0] as string);
    for (let more = 1; more < CONNECTIONS_PER_PEER_MAX; more++) {
      const connection = await attacker.node.dial(address, { force: true });
      await shakeHands({ ...attacker, connection, open: (protocol) => connection.newStream(protocol) });
    }
  }

  it("take no more places than theirs: a validator of that host that comes back is let in", async () => {
    const strangersPerHost = 2 * CONNECTIONS_PER_PEER_MAX;
    const target = await startNode(0, { options: { strangersPerHost } });
    nodes.push(target);
    for (const index of [100, 101]) await crowd(target, index);
    await until("both are in", () => target.network.peers().length === 2);
    const { peerId } = await attack(target, 102).then((attacker) => {
      attackers.push(attacker);
      return shakeHands(attacker).then(() => attacker);
    });
    await until("the third has no place", () => target.refused.includes("N2.slots"));
    await until("it is gone", () => !target.network.peers().some(({ id }) => id === peerId));

    const validator = await startNode(1, { boot: target.network.addresses });
    nodes.push(validator);
    const key = validators[1]?.address;
    await until("the validator is in", () => target.network.peers().some((peer) => peer.validator === key));
    assert.ok(logged(target, "N2.slots"));
    assert.equal(target.network.peers().length, 3, "and nobody had to go for it");
  });

  it("a key that is in no set gives no place", async () => {
    const target = await startNode(0, { options: { strangersPerHost: 1, isValidator: () => false } });
    nodes.push(target);
    const [first, second] = [await attack(target, 100), await attack(target, 101)];
    attackers.push(first, second);
    await shakeHands(first);
    await until("the first is in", () => target.connected.length === 1);
    const { address, sign } = validators[1] as (typeof validators)[0];
    await shakeHands(second, {
      signHandshake: (digest) => ({ validator: address, signature: sign(digest) }),
    });
    await until("the second has no place", () => target.disconnected.includes(second.peerId));
    assert.deepEqual(
      target.network.peers().map(({ id }) => id),
      [first.peerId],
    );
  });
});
