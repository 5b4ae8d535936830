import assert from "node:assert/strict";
import type { Hash } from "@causeway/protocol/hex";
import type { PoolLimits } from "../../src/pool/poolLimits.js";
import { AccountsPool, GWEI, offered } from "../support/accountsPool.js";
import { addressOf, wallet } from "../support/keys.js";
import { signed } from "../support/transactions.js";

const TO = wallet(500).address;

const makePool = (limits: Partial<PoolLimits>) => new AccountsPool({ limits }).pool;

const paying = (from: number, tipGwei: bigint, nonce = 0, data = "0x") =>
  signed(wallet(from), {
    nonce,
    to: TO,
    data,
    gasLimit: 1_000_000n,
    maxFeePerGas: 100n * GWEI,
    maxPriorityFeePerGas: tipGwei * GWEI,
  });

const freeOf = (from: number, nonce = 0) =>
  signed(wallet(from), { nonce, to: TO, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n });

describe("full pool", () => {
  it("evicts the cheapest for a better paid one and refuses a cheaper one", async () => {
    const pool = makePool({ transactionsMax: 3 });
    const cheapest = await pool.add(await paying(101, 2n));
    await pool.add(await paying(102, 3n));
    await pool.add(await paying(103, 4n));
    await assert.rejects(pool.add(await paying(104, 2n)), /^CausewayError: transaction underpriced$/);
    const best = await pool.add(await paying(105, 9n));
    assert.equal(pool.get(cheapest), null);
    assert.ok(pool.get(best));
    assert.deepEqual(pool.stats(), { pending: 3, queued: 0 });
  });

  it("takes the newest of those that pay the same", async () => {
    const pool = makePool({ transactionsMax: 2 });
    const older = await pool.add(await paying(101, 2n));
    const newer = await pool.add(await paying(102, 2n));
    await pool.add(await paying(103, 3n));
    assert.deepEqual([pool.get(older) === null, pool.get(newer) === null], [false, true]);
  });

  it("counts a fee cap by what is left of it above the base fee of the next block", async () => {
    const accounts = new AccountsPool({ limits: { transactionsMax: 2 }, baseFee: 50n * GWEI });
    const { pool } = accounts;
    const capped = await pool.add(
      await signed(wallet(101), { to: TO, maxFeePerGas: 51n * GWEI, maxPriorityFeePerGas: 20n * GWEI }),
    );
    const plain = await pool.add(await paying(102, 2n));
    await accounts.head([], 40n * GWEI);
    await pool.add(await paying(103, 3n));
    assert.deepEqual([pool.get(capped) === null, pool.get(plain) === null], [false, true]);
    await accounts.head([], 50n * GWEI);
    await pool.add(await paying(104, 3n));
    assert.equal(pool.get(capped), null);
  });

  it("takes a sender's last transaction, so that no gap arises", async () => {
    const pool = makePool({ transactionsMax: 3 });
    const hashes: Hash[] = [];
    for (let nonce = 0; nonce < 3; nonce++) hashes.push(await pool.add(await paying(101, 2n, nonce)));
    await pool.add(await paying(102, 5n));
    assert.deepEqual(
      hashes.map((hash) => pool.get(hash) !== null),
      [true, true, false],
    );
    assert.equal(pool.stats().queued, 0);
  });

  it("is not fooled by a well paid transaction that must wait for a badly paid one", async () => {
    const pool = makePool({ transactionsMax: 4 });
    await pool.add(await paying(101, 1n, 0));
    const last = await pool.add(await paying(101, 90n, 1));
    await pool.add(await paying(102, 5n));
    await pool.add(await paying(103, 5n));
    await assert.rejects(pool.add(await paying(101, 90n, 2)), /transaction underpriced/, "worth 1 gwei");
    await pool.add(await paying(104, 2n));
    assert.equal(pool.get(last), null);
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
    await assert.rejects(pool.add(await paying(103, 2n, 1)), /^CausewayError: txpool is full$/);
    await pool.add(await paying(103, 2n, 0));
    await pool.add(await paying(101, 2n, 0));
    await pool.add(await paying(104, 2n, 1));
  });

  it("takes from the sender with most behind a gap for one with less", async () => {
    const pool = makePool({ queuedMax: 3 });
    const greedy: Hash[] = [];
    for (const nonce of [5, 6, 7]) greedy.push(await pool.add(await paying(101, 9n, nonce)));
    await pool.add(await paying(102, 2n, 1));
    assert.deepEqual(
      greedy.map((hash) => pool.get(hash) !== null),
      [true, true, false],
    );
    await assert.rejects(pool.add(await paying(101, 9n, 7)), /txpool is full/);
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

  it("counts bytes, too, and loses nothing for one that does not fit after all", async () => {
    const pool = makePool({ bytesMax: 5_000 });
    const data = `0x${"11".repeat(2_000)}`;
    const small = await pool.add(await paying(101, 2n, 0, data));
    await pool.add(await paying(102, 4n, 0, data));
    await assert.rejects(
      pool.add(await paying(103, 3n, 0, `0x${"11".repeat(4_000)}`)),
      /^CausewayError: txpool is full$/,
    );
    assert.ok(pool.get(small));
    await pool.add(await paying(103, 3n, 0, data));
    assert.equal(pool.get(small), null);
    assert.equal(pool.stats().pending, 2);
  });

  it("bounds what one sender may keep", async () => {
    const pool = makePool({ senderMax: 2 });
    for (const nonce of [0, 1]) await pool.add(await paying(101, 2n, nonce));
    await assert.rejects(
      pool.add(await paying(101, 2n, 2)),
      /^CausewayError: account limit exceeded: pooled 2 txs$/,
    );
  });

  it("takes many at once, each once", async () => {
    const pool = makePool({});
    const raw = await Promise.all([0, 1, 2, 3, 4].map((nonce) => paying(101, 2n, nonce)));
    const results = await Promise.allSettled([...raw, ...raw].map((bytes) => pool.add(bytes)));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 5);
    assert.deepEqual(pool.stats(), { pending: 5, queued: 0 });
  });

  it("H6: where gas is free, the origin that has brought most makes room for one that has brought less", async () => {
    const { pool } = new AccountsPool({
      limits: { transactionsMax: 6 },
      spec: { freeGas: true },
      baseFee: 0n,
    });
    const flood: Hash[] = [];
    for (let i = 0; i < 6; i++) flood.push(await pool.add(await freeOf(200 + i), "flooder"));
    await assert.rejects(pool.add(await freeOf(206), "flooder"), /transaction underpriced/);
    for (let i = 0; i < 3; i++) await pool.add(await freeOf(300 + i), "honest");
    assert.deepEqual(
      flood.map((hash) => pool.get(hash) !== null),
      [true, true, true, false, false, false],
      "the newest went",
    );
    await assert.rejects(pool.add(await freeOf(303), "honest"), /transaction underpriced/, "both have half");
  });

  it("H6: where gas is free, blocks take of each origin in turn", async () => {
    const accounts = new AccountsPool({ spec: { freeGas: true }, baseFee: 0n });
    const { pool } = accounts;
    const of = new Map<Hash, string>();
    const add = async (from: number, origin: string) =>
      of.set(await pool.add(await freeOf(from), origin), origin);
    const order = () =>
      offered(pool, 0n)
        .map(({ hash }) => of.get(hash)?.[0])
        .join("");
    for (let i = 0; i < 6; i++) await add(200 + i, "flooder");
    for (let i = 0; i < 3; i++) await add(300 + i, "honest");
    assert.equal(order(), "fhfhfhfff");
    const mined = offered(pool, 0n).slice(0, 5);
    for (const { from } of mined) accounts.accounts.set(from, { nonce: 1n, balance: 0n, code: "0x" });
    await accounts.head(mined, 0n);
    assert.equal(order(), "hfff");
    await add(400, "newcomer");
    assert.equal(order(), "hnfff", "its turn is now, not before all");
  });

  it("H6: where gas is free, one sender may keep 64", async () => {
    const { pool } = new AccountsPool({ spec: { freeGas: true }, baseFee: 0n });
    for (let nonce = 0; nonce < 64; nonce++) await pool.add(await freeOf(101, nonce));
    await assert.rejects(pool.add(await freeOf(101, 64)), /account limit exceeded: pooled 64 txs/);
    await pool.add(await freeOf(102));
  });

  it("keeps what fell behind a gap within its bound when a sender lost its funds", async () => {
    const accounts = new AccountsPool({ limits: { senderQueuedMax: 4 } });
    const { pool } = accounts;
    const sender = wallet(101);
    const expensive = await signed(sender, { nonce: 0, to: TO, value: 10n ** 18n });
    await pool.add(expensive);
    for (let nonce = 1; nonce < 10; nonce++) await pool.add(await signed(sender, { nonce, to: TO }));
    accounts.accounts.set(addressOf(sender), { nonce: 0n, balance: 10n ** 17n, code: "0x" });
    const seen = pool.content().pending[0];
    await accounts.head([
      { ...(seen as NonNullable<typeof seen>), from: addressOf(wallet(102)), to: addressOf(sender) },
    ]);
    assert.deepEqual(pool.stats(), { pending: 0, queued: 4 });
  });
});
