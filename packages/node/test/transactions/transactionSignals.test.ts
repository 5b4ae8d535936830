import assert from "node:assert/strict";
import { TransactionSignals } from "../../src/transactions/transactionSignals.js";
import { ManualTime } from "../fakes/manualTime.js";

function setup() {
  const time = new ManualTime();
  const said: string[] = [];
  let wantedAt: number | null = null;
  let arrived = () => {};
  const signals = new TransactionSignals({
    pool: {
      blockWantedAt: () => wantedAt,
      onTransaction: (listener) => {
        arrived = () => listener(undefined as never);
        return () => {};
      },
    },
    clock: time,
    timers: time,
    submit: ({ kind }) => said.push(kind),
  });
  const pool = (at: number | null) => {
    wantedAt = at;
  };
  return { time, said, signals, pool, arrive: () => arrived() };
}

describe("TransactionSignals (C14)", () => {
  it("says pooled at once and waiting when the second is over, once per head", async () => {
    const { time, said, pool, arrive } = setup();
    pool(time.monotonicMs() + 1_000);
    arrive();
    arrive();
    assert.deepEqual(said, ["transaction-pooled"]);
    await time.advance(999);
    assert.deepEqual(said, ["transaction-pooled"]);
    await time.advance(1);
    assert.deepEqual(said, ["transaction-pooled", "transaction-waiting"]);
  });

  it("says nothing of a transaction that is not executable", () => {
    const { said, arrive } = setup();
    arrive();
    assert.deepEqual(said, []);
  });

  it("says it again after a new head for which it still holds", async () => {
    const { time, said, signals, pool, arrive } = setup();
    pool(time.monotonicMs() + 1_000);
    arrive();
    await time.advance(2_000);
    signals.headMoved();
    assert.deepEqual(said.slice(2), ["transaction-pooled", "transaction-waiting"]);
    pool(null);
    signals.headMoved();
    assert.equal(said.length, 4);
  });

  it("asks again when the transaction it waited for is gone", async () => {
    const { time, said, pool, arrive } = setup();
    pool(time.monotonicMs() + 1_000);
    arrive();
    pool(time.monotonicMs() + 5_000);
    await time.advance(4_999);
    assert.deepEqual(said, ["transaction-pooled"]);
    await time.advance(1);
    assert.deepEqual(said, ["transaction-pooled", "transaction-waiting"]);
  });
});
