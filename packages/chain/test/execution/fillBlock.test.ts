import assert from "node:assert/strict";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import { chainError } from "../../src/chainError.js";
import type { BlockContext, BlockSession } from "../../src/engine/engine.js";
import { type Candidates, fillBlock, LIGHT_GAS } from "../../src/execution/fillBlock.js";
import type { Transaction } from "../../src/types/transaction.js";

const CONTEXT = { gasLimit: 1_000_000n } as BlockContext;
const BUDGET_MS = 100;

/** Fill a block with transactions of so much gas, the last of which is broken off after taking `spentMs`. */
async function fill(gases: readonly bigint[], spentMs: number) {
  let nowMs = 0;
  const row = gases.map(
    (gas, i) => ({ hash: `0x${i}`, gas, raw: new Uint8Array(100) }) as unknown as Transaction,
  );
  const given = [...row];
  const candidates: Candidates = { next: () => given.shift() ?? null, skipSender: () => undefined };
  const session = {
    gasUsed: 0n,
    run: async (transaction: Transaction) => {
      if (transaction !== row.at(-1)) return;
      nowMs += spentMs;
      throw chainError("DeadlineExceeded", "time is up");
    },
  } as unknown as BlockSession;
  const clocks = { now: () => nowMs, cpu: () => nowMs };
  const { signal } = new AbortController();
  return fillBlock(session, CONTEXT, candidates, DEFAULT_CAUSEWAY_CONFIG, {
    ...{ signal, clocks, deadlineMs: BUDGET_MS, budgetMs: BUDGET_MS },
  });
}

/** Offer transactions to a block; @returns those taken, and of each left out whether it is said that it can never run. */
async function offer(row: readonly Partial<Transaction>[], bad: readonly Partial<Transaction>[] = []) {
  const given = [...row] as Transaction[];
  const left: (readonly [Transaction | undefined, boolean])[] = [];
  let last: Transaction | undefined;
  const candidates: Candidates = {
    next: () => {
      last = given.shift();
      return last ?? null;
    },
    skipSender: (invalid) => left.push([last, invalid]),
  };
  const session = {
    gasUsed: 0n,
    async run(transaction: Transaction) {
      if (bad.includes(transaction)) throw chainError("H1.transactions", "it may not be there");
      this.gasUsed += transaction.gas;
    },
  };
  const clocks = { now: () => 0, cpu: () => 0 };
  const { signal } = new AbortController();
  const spec = { ...DEFAULT_CAUSEWAY_CONFIG, maxBlockBytes: 65_536 };
  const { transactions } = await fillBlock(session as unknown as BlockSession, CONTEXT, candidates, spec, {
    ...{ signal, clocks, deadlineMs: BUDGET_MS, budgetMs: BUDGET_MS },
  });
  return { taken: transactions, left };
}

const of = (gas: bigint, bytes = 100): Partial<Transaction> => ({ gas, raw: new Uint8Array(bytes) });

describe("filling a block", () => {
  it("passes over what needs more gas than is left, and says what no block can hold", async () => {
    const [first, wide, narrow, never] = [of(600_000n), of(400_001n), of(300_000n), of(1_000_001n)];
    const { taken, left } = await offer([first, never, wide, narrow]);
    assert.deepEqual(taken, [first, narrow]);
    assert.deepEqual(left, [
      [never, true],
      [wide, false],
    ]);
  });

  it("takes one that needs all the gas that is left, and the least that any needs", async () => {
    const row = [of(979_000n), of(21_000n)];
    assert.deepEqual((await offer(row)).taken, row);
  });

  it("keeps below the bytes a block may have, passing over what does not fit (H1)", async () => {
    const [first, wide, narrow] = [of(21_000n, 40_000), of(21_000n, 30_000), of(21_000n, 100)];
    const { taken, left } = await offer([first, wide, narrow]);
    assert.deepEqual(taken, [first, narrow]);
    assert.deepEqual(left, [[wide, false]]);
  });

  it("goes on after one that cannot run, whose sender the pool knows wrongly", async () => {
    const [bad, good] = [of(21_000n), of(21_000n)];
    const { taken, left } = await offer([bad, good], [bad]);
    assert.deepEqual(taken, [good]);
    assert.deepEqual(left, [[bad, true]]);
  });
});

describe("filling a block until time is up (H4)", () => {
  it("keeps what ran and tells how long the one took that was broken off", async () => {
    const { transactions, interruption } = await fill([21_000n, 300_000n], 70);
    assert.equal(transactions.length, 1);
    assert.deepEqual([interruption?.transaction.hash, interruption?.spentMs], ["0x1", 70]);
    assert.equal(interruption?.budgetMs, BUDGET_MS);
  });

  it("holds nothing against a light one, a plain transfer above all, whatever time it took", async () => {
    for (const gas of [21_000n, LIGHT_GAS]) assert.equal((await fill([gas], BUDGET_MS)).interruption, null);
    assert.ok((await fill([LIGHT_GAS + 1n], BUDGET_MS)).interruption);
  });
});
