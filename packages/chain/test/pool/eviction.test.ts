import assert from "node:assert/strict";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import type { Header } from "../../src/chainReader.js";
import type { StateReader } from "../../src/engine/engine.js";
import { POOL_LIMITS, type PoolLimits } from "../../src/pool/poolLimits.js";
import { type PoolHead, TransactionPool } from "../../src/pool/transactionPool.js";
import { EMPTY_CODE_HASH } from "../../src/rules/senderCode.js";
import { CHAIN_ID } from "../support/genesisInput.js";
import { wallet } from "../support/keys.js";
import { SILENT } from "../support/makeChain.js";
import { signed } from "../support/transactions.js";

const GWEI = 10n ** 9n;
const TO = wallet(500).address;

/** A head on which everybody is rich and has sent nothing. */
const HEAD: PoolHead = {
  header: { gasLimit: 30_000_000n, gasUsed: 0n, baseFeePerGas: GWEI } as Header,
  state: {
    account: async () => ({ nonce: 0n, balance: 10n ** 24n, codeHash: EMPTY_CODE_HASH, storageHash: "0x" }),
  } as unknown as StateReader,
};

function makePool(bounds: Partial<PoolLimits>): TransactionPool {
  const limits = { ...POOL_LIMITS, ...bounds };
  const spec = DEFAULT_CAUSEWAY_CONFIG;
  return new TransactionPool(
    { chainId: BigInt(CHAIN_ID), spec, journal: null, log: SILENT, now: () => 0, limits },
    () => HEAD,
  );
}

const paying = (from: number, tipGwei: bigint, nonce = 0, data = "0x") =>
  signed(wallet(from), {
    nonce,
    to: TO,
    data,
    gasLimit: 1_000_000n,
    maxFeePerGas: 100n * GWEI,
    maxPriorityFeePerGas: tipGwei * GWEI,
  });

describe("full pool", () => {
  it("evicts the cheapest for a better paid one and refuses a cheaper one", async () => {
    const pool = makePool({ transactionsMax: 3, bytesMax: 1_000_000, senderMax: 10 });
    const cheapest = await pool.add(await paying(101, 2n));
    await pool.add(await paying(102, 3n));
    await pool.add(await paying(103, 4n));
    await assert.rejects(pool.add(await paying(104, 2n)), /^CausewayError: transaction underpriced/);
    const best = await pool.add(await paying(105, 9n));
    assert.equal(pool.get(cheapest), null);
    assert.ok(pool.get(best));
    assert.deepEqual(pool.stats(), { pending: 3, queued: 0 });
  });

  it("takes a sender's last transaction, so that no gap arises", async () => {
    const pool = makePool({ transactionsMax: 3, bytesMax: 1_000_000, senderMax: 10 });
    const hashes: Hash[] = [];
    for (let nonce = 0; nonce < 3; nonce++) hashes.push(await pool.add(await paying(101, 2n, nonce)));
    await pool.add(await paying(102, 5n));
    assert.deepEqual(
      hashes.map((hash) => pool.get(hash) !== null),
      [true, true, false],
    );
    assert.equal(pool.stats().queued, 0);
  });

  it("lets nothing behind a gap displace what can run, and gives it up first", async () => {
    const pool = makePool({ transactionsMax: 3 });
    const runs = await pool.add(await paying(101, 2n));
    const waits = await pool.add(await paying(102, 90n, 5));
    await pool.add(await paying(103, 2n));
    await assert.rejects(pool.add(await paying(104, 90n, 7)), /future transaction tries to replace pending/);
    await pool.add(await paying(105, 1n));
    assert.equal(pool.get(waits), null);
    assert.ok(pool.get(runs));
    assert.deepEqual(pool.stats(), { pending: 3, queued: 0 });
  });

  it("bounds what waits behind gaps, of all senders", async () => {
    const pool = makePool({ queuedMax: 2 });
    for (const from of [101, 102]) await pool.add(await paying(from, 2n, 1));
    await assert.rejects(
      pool.add(await paying(103, 2n, 1)),
      /txpool is full: 2 transactions wait behind a gap/,
    );
    await pool.add(await paying(103, 2n, 0));
    await pool.add(await paying(101, 2n, 0));
    await pool.add(await paying(104, 2n, 1));
  });

  it("evicts nobody for a replacement", async () => {
    const pool = makePool({ transactionsMax: 2 });
    const other = await pool.add(await paying(101, 2n));
    await pool.add(await paying(102, 3n));
    await pool.add(
      await signed(wallet(102), {
        nonce: 0,
        to: TO,
        maxFeePerGas: 200n * GWEI,
        maxPriorityFeePerGas: 4n * GWEI,
      }),
    );
    assert.ok(pool.get(other));
  });

  it("counts bytes, too", async () => {
    const pool = makePool({ transactionsMax: 100, bytesMax: 5_000, senderMax: 10 });
    const data = `0x${"11".repeat(2_000)}`;
    await pool.add(await paying(101, 2n, 0, data));
    await pool.add(await paying(102, 3n, 0, data));
    await pool.add(await paying(103, 4n, 0, data));
    assert.equal(pool.stats().pending, 2);
  });

  it("bounds what one sender may keep", async () => {
    const pool = makePool({ transactionsMax: 100, bytesMax: 1_000_000, senderMax: 2 });
    for (const nonce of [0, 1]) await pool.add(await paying(101, 2n, nonce));
    await assert.rejects(pool.add(await paying(101, 2n, 2)), /account limit exceeded/);
  });

  it("takes many at once, each once", async () => {
    const pool = makePool({ transactionsMax: 100, bytesMax: 1_000_000, senderMax: 100 });
    const raw = await Promise.all([0, 1, 2, 3, 4].map((nonce) => paying(101, 2n, nonce)));
    const results = await Promise.allSettled([...raw, ...raw].map((bytes) => pool.add(bytes)));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 5);
    assert.deepEqual(pool.stats(), { pending: 5, queued: 0 });
  });
});
