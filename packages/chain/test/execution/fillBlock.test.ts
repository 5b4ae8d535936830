import assert from "node:assert/strict";
import { DEFAULT_CAUSEWAY_CONFIG } from "@causeway/protocol/genesis";
import { chainError } from "../../src/chainError.js";
import type { Transaction } from "../../src/chainReader.js";
import type { BlockContext, BlockSession } from "../../src/engine/engine.js";
import { type Candidates, fillBlock, LIGHT_GAS } from "../../src/execution/fillBlock.js";

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
