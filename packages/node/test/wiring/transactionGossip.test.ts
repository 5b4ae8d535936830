import assert from "node:assert/strict";
import type { PoolPort, Transaction } from "@causeway/chain/chainReader";
import type { Hash } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";
import { TransactionGossip } from "../../src/wiring/transactionGossip.js";
import { silentLog } from "../fakes/silentLog.js";

/** Lets everything run that waits for nothing but other promises. */
const settle = () => new Promise(setImmediate);

function setup(requestPool: (peer: string) => Promise<readonly Uint8Array[]> = async () => []) {
  const published: Uint8Array[] = [];
  let pooled: (transaction: Transaction) => void = () => {};
  const known = new Set<Hash>();
  const pool = {
    add: async (raw: Uint8Array) => {
      const hash = keccak256(raw) as Hash;
      if (known.has(hash)) throw new Error("already known");
      known.add(hash);
      pooled({ hash, raw } as Transaction);
      return hash;
    },
    onTransaction: (listener: (transaction: Transaction) => void) => {
      pooled = listener;
      return () => {};
    },
  } as unknown as PoolPort;
  const network = { publishTransaction: (raw: Uint8Array) => void published.push(raw), requestPool };
  const gossip = new TransactionGossip(pool, network, silentLog);
  return { gossip, pool, published, known };
}

describe("TransactionGossip", () => {
  it("publishes what this node accepted first", async () => {
    const { pool, published } = setup();
    const raw = Uint8Array.of(2, 0xc0);
    await pool.add(raw);
    await assert.rejects(pool.add(raw));
    assert.deepEqual(published, [raw]);
  });

  it("pools a peer's transaction and leaves passing it on to gossip", async () => {
    const { gossip, published, known } = setup();
    await gossip.received("peer", Uint8Array.of(2, 0xc0));
    assert.equal(known.size, 1);
    assert.deepEqual(published, []);
  });

  it("survives a peer's transaction that the pool refuses", async () => {
    const { gossip } = setup();
    await gossip.received("peer", Uint8Array.of(2, 0xc0));
    await gossip.received("peer", Uint8Array.of(2, 0xc0));
  });

  it("N2: asks a peer that connects for its pool, takes what it lacks and passes that on", async () => {
    const [known, other] = [Uint8Array.of(2, 0xc0), Uint8Array.of(2, 0xc1, 1)];
    const { gossip, pool, published } = setup(async () => [known, other]);
    await pool.add(known);
    gossip.peerConnected("peer");
    await settle();
    assert.deepEqual(published, [known, other]);
  });

  it("N2: asks four peers at once, the others in turn, none that has gone or cannot answer", async () => {
    const asked: string[] = [];
    const answers: (() => void)[] = [];
    const { gossip } = setup((peer) => {
      asked.push(peer);
      return new Promise((_resolve, reject) => answers.push(() => reject(new Error("peer lost"))));
    });
    for (let i = 0; i < 7; i++) gossip.peerConnected(`peer ${i}`);
    gossip.peerGone("peer 5");
    assert.equal(asked.length, 4);
    for (let i = 0; i < answers.length; i++) {
      answers[i]?.();
      await settle();
    }
    assert.deepEqual(asked, ["peer 0", "peer 1", "peer 2", "peer 3", "peer 4", "peer 6"]);
  });

  it("N2: gives the next transaction of every sender before the second of any", () => {
    const pending = ["a7", "a9", "a8", "b2", "b1", "c5"].map((id) => ({
      from: id[0],
      nonce: BigInt(id.slice(1)),
      raw: id,
    }));
    const pool = { content: () => ({ pending, queued: [] }), onTransaction: () => () => {} };
    const network = { publishTransaction: () => {}, requestPool: async () => [] };
    const gossip = new TransactionGossip(pool as unknown as PoolPort, network, silentLog);
    assert.deepEqual(gossip.pooled() as unknown[], ["b1", "c5", "a7", "b2", "a8", "a9"]);
  });
});
