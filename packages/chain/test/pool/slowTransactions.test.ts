import assert from "node:assert/strict";
import type { Address, Hash } from "@causeway/protocol/hex";
import { SlowTransactions } from "../../src/pool/slowTransactions.js";
import type { Transaction } from "../../src/types/transaction.js";

const BUDGET_MS = 1_000;
const SENDER: Address = `0x${"aa".repeat(20)}`;

function heavy(n: number): Transaction {
  const hash: Hash = `0x${n.toString(16).padStart(64, "0")}`;
  return { hash, from: SENDER, gas: 1_000_000n } as Transaction;
}

/** What is held against a transaction that was broken off, by how long it had run (H4). */
describe("slow transactions (H4)", () => {
  let nowMs: number;
  let slow: SlowTransactions;
  beforeEach(() => {
    nowMs = 5_000;
    slow = new SlowTransactions(() => nowMs);
  });
  const brokenOff = (transaction: Transaction, spentMs: number) =>
    slow.interrupted({ transaction, spentMs, budgetMs: BUDGET_MS });
  const refused = (transaction: Transaction) =>
    assert.throws(() => slow.check(transaction), /^CausewayError: transaction execution too slow/);

  it("adds up to a suspicion, a quarter of a block's time", () => {
    for (const spentMs of [100, 149]) assert.equal(brokenOff(heavy(1), spentMs), false);
    assert.equal(slow.isSuspect(heavy(1).hash), false);
    assert.equal(brokenOff(heavy(1), 1), false);
    assert.equal(slow.isSuspect(heavy(1).hash), true);
    slow.check(heavy(1));
  });

  it("is proved by three quarters of a block's time: transaction and sender stay away", () => {
    brokenOff(heavy(1), 250);
    assert.equal(brokenOff(heavy(1), 750), true);
    refused(heavy(1));
    refused(heavy(2));
    nowMs += 60_000;
    refused(heavy(1));
    slow.check(heavy(2));
    nowMs += 59 * 60_000;
    slow.check(heavy(1));
  });

  it("without proof gives the transaction up after three tries, for a minute, and holds nothing against its sender", () => {
    brokenOff(heavy(1), 250);
    assert.deepEqual(
      [749, 749, 749].map((spentMs) => brokenOff(heavy(1), spentMs)),
      [false, false, true],
    );
    refused(heavy(1));
    slow.check(heavy(2));
    nowMs += 60_000;
    slow.check(heavy(1));
  });

  it("is forgotten of what ran to its end", () => {
    brokenOff(heavy(1), 250);
    slow.forget(heavy(1).hash);
    assert.equal(slow.isSuspect(heavy(1).hash), false);
  });

  it("doubles a sender's penalty up to an hour; an hour of peace after one starts anew", () => {
    const caught = (n: number) => {
      brokenOff(heavy(n), 250);
      brokenOff(heavy(n), 750);
    };
    const penaltyMinutes = () => {
      const since = nowMs;
      for (; ; nowMs += 60_000) {
        try {
          slow.check(heavy(999));
          return (nowMs - since) / 60_000;
        } catch {}
      }
    };
    const served = Array.from({ length: 8 }, (_, n) => {
      caught(n);
      return penaltyMinutes();
    });
    assert.deepEqual(served, [1, 2, 4, 8, 16, 32, 60, 60]);
    nowMs += 60 * 60_000;
    caught(100);
    assert.equal(penaltyMinutes(), 1);
  });
});
