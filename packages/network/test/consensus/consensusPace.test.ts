import assert from "node:assert/strict";
import { encodeHave } from "@causeway/protocol/wire/haveCodec";
import { ConsensusPace } from "../../src/consensus/consensusPace.js";
import {
  BLOCK_TRANSACTIONS_MAX,
  BLOCK_TRANSACTIONS_PER_UNIT,
  CONSENSUS_RATE,
  RATE_BURST_SECONDS,
  RATE_REPORT_MS,
  STRANGER_CONSENSUS_RATE,
  STRANGERS_CONSENSUS_RATE,
  STRANGERS_WAIT_MS_MAX,
} from "../../src/limits.js";
import type { PeerSession } from "../../src/peers/peerSession.js";
import { frameCostMax, haveCost, messageCost } from "../../src/rates/cost.js";
import { RateLimiter } from "../../src/rates/rateLimiter.js";
import { sampleMessages } from "../support/sampleChain.js";

const id = (n: number) => `0x${n.toString(16).padStart(24, "0")}` as const;
const IDS = Array.from({ length: 1_024 }, (_, n) => id(n));
const HAVE = { fromYou: IDS, fromOthers: IDS };
/** The largest `have`: two thousand ids in one frame. */
const FRAME = encodeHave(HAVE);

/** Time passes only by waiting. */
function setup() {
  let nowMs = 0;
  const now = () => nowMs;
  const share = new RateLimiter(STRANGERS_CONSENSUS_RATE, now);
  const offences: string[] = [];
  const waits: number[] = [];
  const pace = new ConsensusPace({
    now,
    shareOf: ({ id: name }) => (name.startsWith("stranger") ? share : null),
    offence: (peer, rule, points) => void offences.push(`${peer} ${rule} ${points}`),
    wait: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      nowMs += ms;
    },
  });
  const session = (name: string, signal = new AbortController().signal) =>
    ({
      id: name,
      signal,
      rates: {
        consensus: new RateLimiter(CONSENSUS_RATE, now),
        strangerConsensus: new RateLimiter(STRANGER_CONSENSUS_RATE, now),
      },
    }) as unknown as PeerSession;
  return { pace, session, share, offences, waits, now };
}

describe("cost of what peers send (N2)", () => {
  it("a `have` counts by its ids, a message by its signers and what its block holds", () => {
    assert.ok(haveCost(HAVE) > 40, "as much as it takes: 3.5 ms");
    assert.equal(haveCost({ fromYou: [], fromOthers: [] }), 1);
    const { proposal, prepare } = sampleMessages(1);
    if (proposal.kind !== "proposal") throw new Error("no proposal");
    const full = { ...proposal, block: { ...proposal.block, transactionCount: BLOCK_TRANSACTIONS_MAX } };
    assert.equal(messageCost(full, 7), 7 + BLOCK_TRANSACTIONS_MAX / BLOCK_TRANSACTIONS_PER_UNIT);
    assert.equal(messageCost(full, 0), 1, "known again by its hash");
    assert.equal(messageCost(prepare, 1), 1);
  });

  it("nothing costs more than its frame lets expect", () => {
    assert.ok(frameCostMax(FRAME) >= haveCost(HAVE));
    const frame = new Uint8Array(470_000).fill(0x10, 0, 1);
    assert.ok(frameCostMax(frame) >= 1 + BLOCK_TRANSACTIONS_MAX / BLOCK_TRANSACTIONS_PER_UNIT);
    assert.equal(frameCostMax(Uint8Array.of(0x11)), 1);
  });
});

describe("the pace of consensus streams (N2)", () => {
  it("a peer waits when what it sent cost more than its rate, whatever the number of frames", async () => {
    const { pace, session, waits, now } = setup();
    const validator = session("validator");
    const seconds = 20;
    const frames = Math.ceil((seconds * CONSENSUS_RATE.messages) / haveCost(HAVE));
    for (let i = 0; i < frames; i++) await pace.pass(validator, FRAME, () => haveCost(HAVE));
    assert.ok(waits.length > 0);
    assert.ok(now() >= (seconds - RATE_BURST_SECONDS - 1) * 1_000, `${frames} frames took ${now()} ms`);
  });

  it("N5: however many strangers there are, together they have one share; validators wait for none of it", async () => {
    const { pace, session, share, waits, now } = setup();
    let cost = 0;
    for (let i = 0; i < 1_000; i++) {
      // Another connection each time: it brings no new credit.
      await pace.pass(session(`stranger ${i}`), FRAME, () => {
        cost += haveCost(HAVE);
        return haveCost(HAVE);
      });
    }
    const seconds = now() / 1_000 + RATE_BURST_SECONDS;
    assert.ok(
      cost <= seconds * STRANGERS_CONSENSUS_RATE.messages + haveCost(HAVE),
      `${cost} in ${seconds} s`,
    );
    share.take(0, 5 * STRANGERS_CONSENSUS_RATE.messages);
    const before = waits.length;
    await pace.pass(session("validator"), FRAME, () => haveCost(HAVE));
    assert.equal(waits.length, before);
  });

  it("a stranger's frame is paid for before it is read; what it cost less is given back", async () => {
    const { pace, session, share } = setup();
    const frame = new Uint8Array(470_000).fill(0x10, 0, 1);
    const burst = RATE_BURST_SECONDS * STRANGERS_CONSENSUS_RATE.messages;
    await pace.pass(session("stranger"), frame, () => {
      assert.ok(share.take(0, burst - 1) > 0, "it has been paid for");
      share.giveBack(0, burst - 1);
      return 1;
    });
    // All but one unit is there again.
    assert.equal(share.take(0, burst - 1), 0);
    assert.ok(share.take(0, 1) > 0);
  });

  it("a stranger's frame whose turn is far away is dropped, and costs nothing", async () => {
    const { pace, session, share, waits } = setup();
    const seconds = RATE_BURST_SECONDS + 2 * (STRANGERS_WAIT_MS_MAX / 1_000);
    share.take(0, seconds * STRANGERS_CONSENSUS_RATE.messages);
    const debtMs = share.take(0, 0);
    await pace.pass(session("stranger"), FRAME, () => assert.fail("it was read"));
    assert.deepEqual(waits, [STRANGERS_WAIT_MS_MAX]);
    assert.equal(Math.round(share.take(0, 0)), Math.round(debtMs - STRANGERS_WAIT_MS_MAX));
  });

  it("a stranger that hangs up while it waits gives back what it did not use", async () => {
    const { pace, session, share } = setup();
    share.take(0, (RATE_BURST_SECONDS + 1) * STRANGERS_CONSENSUS_RATE.messages);
    const debtMs = share.take(0, 0);
    const gone = session("stranger", AbortSignal.abort());
    await assert.rejects(pace.pass(gone, FRAME, () => assert.fail("it was read")));
    assert.equal(share.take(0, 0), debtMs);
  });

  it("N2.consensusRate: a stranger that goes on is an offender, once in ten seconds; a validator only waits", async () => {
    const { pace, session, offences, now } = setup();
    const [stranger, validator] = [session("stranger"), session("validator")];
    while (now() < 2.5 * RATE_REPORT_MS) await pace.pass(stranger, FRAME, () => haveCost(HAVE));
    assert.deepEqual(offences, Array(3).fill("stranger N2.consensusRate 10"));
    const from = now();
    while (now() < from + 2 * RATE_REPORT_MS) await pace.pass(validator, FRAME, () => haveCost(HAVE));
    assert.equal(offences.length, 3);
  });

  it("an honest follower at full load is within the rate of a stranger", async () => {
    const { pace, session, waits } = setup();
    const follower = session("stranger");
    const ids = IDS.slice(0, 3);
    // Twenty a second, and those of a burst's seconds at once.
    for (let i = 0; i < 20 * RATE_BURST_SECONDS; i++)
      await pace.pass(follower, encodeHave({ fromYou: [], fromOthers: ids }), () =>
        haveCost({ fromYou: [], fromOthers: ids }),
      );
    assert.deepEqual(waits, []);
  });
});
