import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import {
  RATE_BURST_SECONDS,
  SERVED_RATE,
  SERVED_WAIT_MS_MAX,
  STRANGERS_SERVED_RATE,
} from "../../src/limits.js";
import { NetworkError } from "../../src/networkError.js";
import type { PeerSession } from "../../src/peers/peerSession.js";
import { servedCost, servedCostMax } from "../../src/rates/cost.js";
import { RateLimiter } from "../../src/rates/rateLimiter.js";
import { ServedPace } from "../../src/sync/servedPace.js";
import { sampleBlock } from "../support/sampleChain.js";

const RANGE = 128;

function setup() {
  let nowMs = 0;
  const now = () => nowMs;
  const share = new RateLimiter(STRANGERS_SERVED_RATE, now);
  const pace = new ServedPace({
    shareOf: ({ id }) => (id.startsWith("stranger") ? share : null),
    wait: async (ms) => {
      nowMs += ms;
    },
  });
  const session = (id: string) =>
    ({
      id,
      signal: new AbortController().signal,
      rates: { served: new RateLimiter(SERVED_RATE, now) },
    }) as unknown as PeerSession;
  const blocks = (count: number) => Array.from({ length: count }, (_, i) => sampleBlock(i + 1));
  const serve = (of: PeerSession, answer: readonly Block[], count = RANGE) =>
    pace.serve(
      of,
      count,
      async () => answer,
      (found) => found,
    );
  return { share, session, serve, blocks, now };
}

describe("the pace at which blocks are served (N2, N3)", () => {
  it("follows the blocks that were read, not the requests", async () => {
    const { session, serve, blocks, now } = setup();
    const peer = session("validator");
    const range = blocks(RANGE);
    const seconds = 20;
    const requests = Math.ceil((seconds * SERVED_RATE.messages) / servedCost(range));
    for (let i = 0; i < requests; i++) assert.equal((await serve(peer, range)).length, RANGE);
    assert.ok(now() >= (seconds - RATE_BURST_SECONDS - 1) * 1_000, `${requests} ranges took ${now()} ms`);
  });

  it("gives back what was not there to be read", async () => {
    const { session, serve, now } = setup();
    const peer = session("validator");
    const requests = 100;
    assert.ok(requests * servedCostMax(RANGE) > RATE_BURST_SECONDS * SERVED_RATE.messages);
    for (let i = 0; i < requests; i++) await serve(peer, []);
    assert.equal(now(), 0);
  });

  it("N5: strangers have one share together, of which validators wait for nothing", async () => {
    const { session, serve, blocks, now } = setup();
    const range = blocks(RANGE);
    let cost = 0;
    for (let i = 0; i < 100; i++) {
      await serve(session(`stranger ${i}`), range);
      cost += servedCost(range);
    }
    const seconds = now() / 1_000 + RATE_BURST_SECONDS;
    assert.ok(cost <= seconds * STRANGERS_SERVED_RATE.messages + servedCostMax(RANGE));
    const before = now();
    await serve(session("validator"), range);
    assert.equal(now(), before);
  });

  it("Overloaded: whose turn would come too late is told so at once, and pays nothing", async () => {
    const { share, session, serve, now } = setup();
    share.take(0, (RATE_BURST_SECONDS + (2 * SERVED_WAIT_MS_MAX) / 1_000) * STRANGERS_SERVED_RATE.messages);
    const debtMs = share.take(0, 0);
    await assert.rejects(
      serve(session("stranger"), []),
      (error: unknown) => error instanceof NetworkError && error.code === "Overloaded",
    );
    assert.equal(now(), 0);
    assert.equal(share.take(0, 0), debtMs);
  });
});
