import assert from "node:assert/strict";
import { TransactionGate } from "../../src/gossip/transactionGate.js";
import {
  BAN_MS,
  PENALTY,
  REFUSED_TRANSACTION_WEIGHT,
  SCORE_BAN,
  TRANSACTION_RATE,
} from "../../src/limits.js";
import { PeerConduct } from "../../src/peers/peerConduct.js";
import type { PeerSession } from "../../src/peers/peerSession.js";
import { RateLimiter } from "../../src/rates/rateLimiter.js";

const RAW = new Uint8Array(100);
const LONG_SECONDS = 600;

function setup() {
  let nowMs = 0;
  const now = () => nowMs;
  const refused: string[] = [];
  const disconnected: string[] = [];
  const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined };
  const conduct = new PeerConduct({
    ...{ log: quiet, now },
    handlers: { onRefused: (rule) => void refused.push(rule) },
    disconnect: (peer) => void disconnected.push(peer),
  });
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { conduct, refused, disconnected, now, pass };
}

describe("how peers behave (N2)", () => {
  it("never bans who passes on what this node refuses for reasons of its own, however much and long", async () => {
    const { conduct, refused, disconnected, now, pass } = setup();
    // No wait is waited for: time is this test's.
    const session = {
      id: "peer",
      signal: AbortSignal.abort(),
      rates: { transactions: new RateLimiter(TRANSACTION_RATE, now) },
    } as unknown as PeerSession;
    const gate = new TransactionGate({
      judge: async () => "ignore",
      shareOf: () => null,
      offence: (peer, rule, points, detail) => conduct.offence(peer, rule, points, detail),
      failed: assert.fail,
      now,
    });
    const tooMany = (2 * TRANSACTION_RATE.messages) / REFUSED_TRANSACTION_WEIGHT;
    let worst = 0;
    for (let second = 0; second < LONG_SECONDS; second++) {
      for (let i = 0; i < tooMany; i++) await gate.judge(session, RAW);
      worst = Math.min(worst, conduct.score("peer"));
      pass(1_000);
    }
    assert.equal(worst, -PENALTY.transactionRate, "each is recovered from before the next");
    assert.ok(refused.length > 50 && refused.every((rule) => rule === "N2.transactionRate"));
    assert.deepEqual(disconnected, []);
    assert.equal(conduct.denial("peer", null), null);
  });

  it("bans for a while who breaks rules that every node of the chain has", () => {
    const { conduct, refused, disconnected, pass } = setup();
    const offences = Math.ceil(-SCORE_BAN / PENALTY.invalidTransaction);
    for (let i = 0; i < offences; i++) {
      assert.equal(conduct.denial("peer", null), null);
      conduct.offence("peer", "N2.invalidTransaction", PENALTY.invalidTransaction, "");
    }
    assert.deepEqual([refused.length, disconnected], [offences, ["peer"]]);
    assert.equal(conduct.denial("peer", null), "N2.banned");
    pass(BAN_MS);
    assert.equal(conduct.denial("peer", null), null);
    assert.equal(conduct.denial("peer", new Set(["other"])), "N1.allowlist");
  });
});
