import assert from "node:assert/strict";
import { TransactionGate } from "../../src/gossip/transactionGate.js";
import {
  AUTHORIZATION_BYTES_MIN,
  RATE_BURST_SECONDS,
  REFUSED_TRANSACTION_WEIGHT,
  TRANSACTION_RATE,
} from "../../src/limits.js";
import type { TransactionVerdict } from "../../src/networkPort.js";
import type { PeerSession } from "../../src/peers/peerSession.js";
import { RateLimiter } from "../../src/rates/rateLimiter.js";

const RAW = new Uint8Array(100);
const BURST = RATE_BURST_SECONDS * TRANSACTION_RATE.messages;

function setup(judge: () => Promise<TransactionVerdict>) {
  let nowMs = 0;
  const offences: string[] = [];
  const faults: unknown[] = [];
  const left = new AbortController();
  const session = {
    id: "peer",
    signal: left.signal,
    rates: { transactions: new RateLimiter(TRANSACTION_RATE, () => nowMs) },
  } as unknown as PeerSession;
  const gate = new TransactionGate({
    judge,
    shareOf: () => null,
    offence: (_peer, rule) => void offences.push(rule),
    failed: (error) => void faults.push(error),
    now: () => nowMs,
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { gate, session, offences, faults, left, pass };
}

/** Whether a promise is settled before anything but other promises. */
async function settles(promise: Promise<unknown>): Promise<boolean> {
  const pending = {};
  await new Promise(setImmediate);
  return (await Promise.race([promise, Promise.resolve(pending)])) !== pending;
}

describe("the gate of gossiped transactions (N2)", () => {
  it("holds nobody back within the rate, also in a burst", async () => {
    const { gate, session, offences } = setup(async () => "accept");
    for (let i = 0; i < BURST; i++) assert.equal(await gate.judge(session, RAW), "accept");
    assert.deepEqual(offences, []);
  });

  it("N2.transactionRate: holds back who sends more, counted once in ten seconds", async () => {
    const { gate, session, offences, left, pass } = setup(async () => "accept");
    for (let i = 0; i < BURST; i++) await gate.judge(session, RAW);
    for (let i = 0; i < 3; i++) assert.equal(await gate.judge(session, RAW), "accept");
    assert.deepEqual(offences, ["N2.transactionRate"]);
    pass(10_001);
    left.abort();
    for (let i = 0; i < BURST + 2; i++) await gate.judge(session, RAW);
    assert.deepEqual(offences, ["N2.transactionRate", "N2.transactionRate"]);
  });

  it("counts a refused one for many, and bytes as well", async () => {
    const { gate, session, offences } = setup(async () => "ignore");
    for (let i = 0; i < BURST / REFUSED_TRANSACTION_WEIGHT; i++) await gate.judge(session, RAW);
    assert.deepEqual(offences, []);
    await gate.judge(session, RAW);
    assert.deepEqual(offences, ["N2.transactionRate"]);
    const large = setup(async () => "accept");
    await large.gate.judge(large.session, new Uint8Array(RATE_BURST_SECONDS * TRANSACTION_RATE.bytes));
    assert.deepEqual(large.offences, []);
    const late = large.gate.judge(large.session, new Uint8Array(TRANSACTION_RATE.bytes));
    assert.equal(await settles(late), false, "a second of bytes too much");
    large.left.abort();
    assert.equal(await late, "accept", "gone, it waits no longer");
  });

  it("counts a transaction with authorizations for each signature it may hold (EIP-7702)", async () => {
    const { gate, session, offences } = setup(async () => "accept");
    const setCode = new Uint8Array(AUTHORIZATION_BYTES_MIN * 499).fill(4, 0, 1);
    for (let i = 0; i < BURST / 500; i++) await gate.judge(session, setCode);
    assert.deepEqual(offences, []);
    await gate.judge(session, RAW);
    assert.deepEqual(offences, ["N2.transactionRate"]);
  });

  it("N2.invalidTransaction: what breaks the rules is an offence each time, what is refused for other reasons none", async () => {
    const verdicts: TransactionVerdict[] = ["reject", "ignore", "reject", "accept"];
    const { gate, session, offences } = setup(async () => verdicts.shift() as TransactionVerdict);
    for (const verdict of [...verdicts]) assert.equal(await gate.judge(session, RAW), verdict);
    assert.deepEqual(offences, ["N2.invalidTransaction", "N2.invalidTransaction"]);
  });

  it("a host that fails blames no peer and passes nothing on", async () => {
    const fault = new Error("of the host");
    const { gate, session, offences, faults } = setup(() => Promise.reject(fault));
    assert.equal(await gate.judge(session, RAW), "ignore");
    assert.deepEqual([faults, offences], [[fault], []]);
  });
});
