import assert from "node:assert/strict";
import { decodeTransaction } from "../../src/codec/transaction.js";
import { POOL_LIMITS } from "../../src/pool/poolLimits.js";
import { type RejectionReason, rejectionReason } from "../../src/pool/poolRejection.js";
import { maxCost } from "../../src/rules/transactionRules.js";
import type { Transaction } from "../../src/types/transaction.js";
import { AccountsPool, GWEI, offered } from "../support/accountsPool.js";
import { addressOf, wallet } from "../support/keys.js";
import { PoolModel } from "../support/poolModel.js";
import { signed } from "../support/transactions.js";

const SENDERS = Array.from({ length: 6 }, (_, i) => wallet(700 + i));
const NONCES = 10;
/** Fee cap and tip in tenths of a gwei: some below the base fee, some a bump apart, some not. */
const PRICES = [
  [8n, 1n],
  [20n, 5n],
  [21n, 6n],
  [22n, 6n],
  [40n, 5n],
  [60n, 30n],
] as const;
const LIMITS = { transactionsMax: 14, bytesMax: 3_000, senderMax: 6, senderQueuedMax: 3, queuedMax: 6 };
const STEPS = 200;
/** A seed that failed can be given in the environment. */
const SEEDS =
  process.env.CAUSEWAY_SEED?.split(",").map(Number) ?? Array.from({ length: 40 }, (_, i) => i + 1);

/** mulberry32: the same row of numbers for the same seed. */
function randomOf(seed: number) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    below: (n: number) => Math.floor(next() * n),
    pick: <T>(items: readonly T[]) => items[Math.floor(next() * items.length)] as T,
  };
}

describe("the pool against a model of its rules", () => {
  let transactions: Transaction[];

  before(async () => {
    transactions = [];
    for (const sender of SENDERS) {
      for (let nonce = 0; nonce < NONCES; nonce++) {
        for (const [cap, tip] of PRICES) {
          const raw = await signed(sender, {
            nonce,
            to: wallet(500).address,
            gasLimit: 60_000n,
            // Some are long.
            data: `0x${"11".repeat((nonce * 7 + Number(cap)) % 5 === 0 ? 600 : 0)}`,
            maxFeePerGas: (cap * GWEI) / 10n,
            maxPriorityFeePerGas: (tip * GWEI) / 10n,
          });
          transactions.push(decodeTransaction(raw));
        }
      }
    }
  });

  for (const seed of SEEDS) {
    it(`does the same over ${STEPS} random steps, seed ${seed}`, async () => {
      const random = randomOf(seed);
      const accounts = new AccountsPool({ limits: LIMITS });
      const { pool } = accounts;
      const model = new PoolModel(
        { ...POOL_LIMITS, ...LIMITS },
        (address) => accounts.account(address),
        GWEI,
      );
      const told: string[] = [];
      pool.onTransaction(({ hash }) => told.push(hash));
      for (const sender of SENDERS) {
        accounts.accounts.set(addressOf(sender), {
          nonce: 0n,
          balance: balance(random.below(8)),
          code: "0x",
        });
      }
      for (let step = 0; step < STEPS; step++) {
        const what = random.below(10) === 0 ? await head() : await add();
        check(`seed ${seed}, step ${step}: ${what}`);
      }

      async function add(): Promise<string> {
        const transaction = random.pick(transactions);
        const reason: RejectionReason | null = await pool
          .add(transaction.raw)
          .then(() => null)
          .catch(rejectionReason);
        const { from, nonce } = transaction;
        const what = `add ${from} ${nonce} at ${transaction.maxFeePerGas} ${transaction.maxPriorityFeePerGas}`;
        assert.equal(reason, model.add(transaction), `seed ${seed}: ${what}`);
        return what;
      }

      /** A block of the first few on offer, paid for; another account's balance moves with it. */
      async function head(): Promise<string> {
        const mined = offered(pool, model.baseFee).slice(0, random.below(5));
        for (const transaction of mined) {
          const account = accounts.account(transaction.from);
          const { nonce, code } = account;
          accounts.accounts.set(transaction.from, {
            nonce: nonce + 1n,
            balance: account.balance - maxCost(transaction),
            code,
          });
        }
        const moved = addressOf(random.pick(SENDERS));
        const before = accounts.account(moved);
        const after = balance(random.below(8));
        accounts.accounts.set(moved, { ...before, balance: after });
        // Who is paid by a contract is named by no transaction; who loses is called itself.
        const to = after > before.balance ? addressOf(wallet(502)) : moved;
        const payment = { ...(transactions[0] as Transaction), from: addressOf(wallet(501)), to };
        const baseFee = GWEI + (GWEI * BigInt(random.below(4))) / 2n;
        await accounts.head([...mined, payment], baseFee);
        model.head(baseFee);
        return `head with ${mined.length}, ${moved} moved, base fee ${baseFee}`;
      }

      function check(what: string): void {
        const { pending, queued } = pool.content();
        const hashes = (all: readonly Transaction[]) => all.map(({ hash }) => hash).sort();
        const modelled = (all: readonly { transaction: Transaction }[]) =>
          hashes(all.map(({ transaction }) => transaction));
        assert.deepEqual(hashes(pending), modelled(model.allPending()), `${what}: pending`);
        assert.deepEqual(hashes(queued), modelled(model.allQueued()), `${what}: queued`);
        assert.deepEqual(pool.stats(), { pending: pending.length, queued: queued.length }, what);
        assert.deepEqual(
          offered(pool, model.baseFee).map(({ hash }) => hash),
          model.offered().map(({ hash }) => hash),
          `${what}: order`,
        );
        assert.deepEqual([...told].sort(), modelled([...model.told]), `${what}: told, each once`);
        checkInvariants([...pending, ...queued], pending, what);
      }

      function checkInvariants(all: Transaction[], pending: Transaction[], what: string): void {
        assert.ok(all.length <= LIMITS.transactionsMax, what);
        assert.ok(all.reduce((sum, { raw }) => sum + raw.length, 0) <= LIMITS.bytesMax, what);
        assert.ok(all.length - pending.length <= LIMITS.queuedMax, what);
        for (const sender of SENDERS.map(addressOf)) {
          const own = (some: Transaction[]) => some.filter(({ from }) => from === sender);
          const { nonce, balance } = accounts.account(sender);
          assert.ok(own(all).length <= LIMITS.senderMax, what);
          assert.deepEqual(
            own(pending).map((transaction) => transaction.nonce),
            own(pending).map((_, i) => nonce + BigInt(i)),
            `${what}: no gap`,
          );
          assert.ok(
            own(pending).reduce((sum, transaction) => sum + maxCost(transaction), 0n) <= balance,
            what,
          );
        }
      }
    });
  }
});

/** From nothing to enough for all. */
function balance(step: number): bigint {
  return BigInt(step) ** 2n * 60_000n * GWEI;
}
