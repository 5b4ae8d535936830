import assert from "node:assert/strict";
import type { PoolPort, Transaction } from "@causeway/chain/chainReader";
import type { Hash } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";
import { TransactionGossip } from "../../src/wiring/transactionGossip.js";
import { silentLog } from "../fakes/silentLog.js";

function setup() {
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
  const gossip = new TransactionGossip(pool, { publishTransaction: (raw) => published.push(raw) }, silentLog);
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
});
