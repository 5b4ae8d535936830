import assert from "node:assert/strict";
import { setImmediate } from "node:timers/promises";
import type { RejectionReason } from "@causeway/chain/pool/poolRejection";
import { createNetwork } from "@causeway/network/createNetwork";
import { RATE_BURST_SECONDS, REFUSED_TRANSACTION_WEIGHT, TRANSACTION_RATE } from "@causeway/network/limits";
import type { NetworkPort } from "@causeway/network/networkPort";
import { forkId } from "@causeway/protocol/forkId";
import { type Address, fromHex, type Hash, type Hex } from "@causeway/protocol/hex";
import { recoverWithEthers } from "@causeway/protocol/signature";
import { getBytes, id, parseEther, parseUnits, type TransactionRequest, Wallet } from "ethers";
import { silentLog } from "./fakes/silentLog.js";
import { TEST_CHAIN_ID, TestNetwork, type TestNode } from "./support/testNetwork.js";
import { waitFor } from "./support/waitFor.js";

const RICH = new Wallet(`0x${"ab".repeat(32)}`);
const FLOOD = 100_000;
/** Published in one go. */
const BATCH = 500;

describe("a flood of transactions (N2), on real sockets", () => {
  let network: TestNetwork;
  let victim: TestNode;
  let other: TestNode;
  let attacker: NetworkPort;
  let nonce = 0;
  /** What another node's pool refused. */
  const refusedElsewhere: RejectionReason[] = [];

  before(async () => {
    const accounts = new Map([[RICH.address.toLowerCase() as Address, parseEther("100")]]);
    network = await TestNetwork.create({ validators: 4, accounts });
    await network.startAll();
    victim = network.nodes.get(0) as TestNode;
    other = network.nodes.get(1) as TestNode;
    other.chain.pool.onRejected((reason) => refusedElsewhere.push(reason));
  });
  afterEach(async () => {
    await attacker.stop();
  });
  after(() => network.destroy());

  /** Connect another node of our own kind, which sends whatever it is told to. */
  async function attack(seed: string): Promise<void> {
    const { genesisHash } = network;
    attacker = createNetwork(
      {
        identitySeed: getBytes(id(seed)),
        listen: ["/ip4/127.0.0.1/tcp/0"],
        bootPeers: [victim.running.addresses[0] as string],
        allowlist: null,
        chainId: TEST_CHAIN_ID,
        genesisHash,
        overrides: [],
        forkId: forkId(genesisHash, [], 0),
        acceptsForkId: () => true,
        maxBlockBytes: 1024 * 1024,
        isValidator: () => true,
        recover: recoverWithEthers,
        log: silentLog,
      },
      {
        onConsensusMessage: () => undefined,
        onDecided: () => undefined,
        onTransaction: async () => "ignore",
        onHeadAnnounced: async () => "ignore",
        onPeerConnected: () => undefined,
        onPeerDisconnected: () => undefined,
        readBlocks: async () => [],
        readBlock: async () => null,
        readPool: () => [],
        headHeight: () => 0,
        signHandshake: () => null,
      },
    );
    await attacker.start();
    // Gossip starts after the handshake, in its own time.
    const probe = await template({ chainId: TEST_CHAIN_ID });
    for (let i = -1; judged().length === 0; i--) {
      attacker.publishTransaction(forged(probe, i));
      await waitFor("the probe", () => judged().length > 0, 500).catch(() => undefined);
    }
  }

  /** Why the victim refused each transaction of the attacker that it looked at. */
  const judged = () =>
    victim.log.lines.flatMap(({ fields, message }) => {
      const { peer, reason } = fields as { peer?: string; reason?: string };
      return message === "a peer's transaction was not pooled" && peer === attacker.peerId ? [reason] : [];
    });

  /** What the victim's network said of the attacker. */
  const offences = () =>
    victim.log.lines
      .map(({ fields }) => fields as { peer?: string; rule?: string; score?: number; banned?: boolean })
      .filter(({ peer, rule }) => peer === attacker.peerId && rule !== undefined);

  /** Publish versions of a transaction while the attacker is connected. @returns how many went out. */
  async function flood(raw: Uint8Array, meanwhile: () => Promise<void>): Promise<number> {
    let sent = 0;
    while (sent < FLOOD && attacker.peers().length > 0) {
      for (let i = 0; i < BATCH; i++) attacker.publishTransaction(forged(raw, ++sent));
      await setImmediate();
      await meanwhile();
    }
    return sent;
  }

  /** Submitted at one node, it is mined by all. */
  async function transferAt(node: TestNode): Promise<Hash> {
    const hash = await node.chain.pool.add(await template({ chainId: TEST_CHAIN_ID, nonce: nonce++ }));
    await waitFor("the transfer to be mined", () => victim.chain.reader.receipt(hash));
    return hash;
  }

  it("of transactions without funds is slowed down and goes no further, while others' flow", async () => {
    await attack("unfunded");
    const raw = await template({ chainId: TEST_CHAIN_ID });
    const startedAt = performance.now();
    let batches = 0;
    const sent = await flood(raw, async () => {
      if (++batches % 50 === 0) await transferAt(batches % 100 === 0 ? victim : other);
    });
    await transferAt(other);
    const seconds = (performance.now() - startedAt) / 1_000;
    assert.equal(sent, FLOOD);
    const { length } = judged();
    const perSecond = TRANSACTION_RATE.messages / REFUSED_TRANSACTION_WEIGHT;
    assert.ok(
      length <= perSecond * (seconds + RATE_BURST_SECONDS) + 1,
      `${length} were judged in ${seconds} s: more than ${perSecond} a second`,
    );
    const metrics = await fetch(`http://127.0.0.1:${victim.running.metricsPort}/metrics`);
    assert.match(await metrics.text(), /refused_total\{[^}]*rule="pool\.insufficientFunds"[^}]*\} \d/);
    assert.deepEqual(refusedElsewhere, [], "the victim passed none on");
  });

  it("of what breaks the chain's rules ends with the connection, after four of them", async () => {
    await attack("invalid");
    const sent = await flood(await template({ chainId: 1 }), async () => undefined);
    assert.ok(sent < FLOOD);
    assert.ok(offences().some(({ rule, banned }) => rule === "N2.invalidTransaction" && banned));
    assert.equal(judged().filter((reason) => reason === "invalid").length, 4);
    assert.deepEqual(refusedElsewhere, []);
    await transferAt(victim);
  });
});

/** A transaction of a funded account. */
async function template(request: TransactionRequest): Promise<Uint8Array> {
  const raw = await RICH.signTransaction({
    type: 2,
    to: RICH.address,
    gasLimit: 21_000n,
    maxFeePerGas: parseUnits("10", "gwei"),
    maxPriorityFeePerGas: parseUnits("1", "gwei"),
    ...request,
  });
  return fromHex(raw as Hex);
}

/** The same with another s, which makes it somebody else's: any number recovers to some account, and none of them has funds. */
function forged(raw: Uint8Array, version: number): Uint8Array {
  const copy = raw.slice();
  new DataView(copy.buffer).setInt32(copy.length - 4, version);
  return copy;
}
