import assert from "node:assert/strict";
import { messagesToResend } from "@causeway/consensus/messages/messagesToResend";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import { type HeightState, initialState } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { Block } from "@causeway/protocol/block";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { PreparedClaim } from "@causeway/protocol/consensusMessage";
import type { Head } from "@causeway/protocol/head";
import { type Address, type Signature, ZERO_HASH } from "@causeway/protocol/hex";
import { stillNeeded } from "../../src/record/stillNeeded.js";
import { fakeBlock } from "../fakes/blocks.js";

const KEY: Address = `0x${"11".repeat(20)}`;
const SET = [KEY, ...[2, 3, 4].map((n): Address => `0x${`${n}${n}`.repeat(20)}`)];
const HEAD = {
  height: 0,
  hash: ZERO_HASH,
  timestamp: 1_000,
  certificate: null,
  coinbase: KEY,
  validators: SET,
  nextValidators: SET,
} as unknown as Head;
const SIGNATURE: Signature = `0x${"05".repeat(65)}`;
const HISTORIES = 300;
const ROUNDS_MAX = 30;

describe("what a safety record keeps of a height that goes on and on (W3)", () => {
  it(`resumes as all of it would, in ${HISTORIES} histories`, () => {
    let dropped = 0;
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const entries = history(random(seed));
      const kept = stillNeeded(entries);
      dropped += entries.length - kept.length;
      assert.deepEqual(resumed(kept), resumed(entries), `history ${seed}`);
      assert.equal(kept.at(-1), entries.at(-1), "the last position stays the last (W1)");
    }
    assert.ok(dropped > HISTORIES, `only ${dropped} entries were dropped`);
  });

  it("is a bounded number of rounds, with a bounded number of blocks", () => {
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const kept = stillNeeded(history(random(seed)));
      assert.ok(new Set(kept.map(({ signing }) => signing.payload.round)).size <= 6);
      assert.ok(new Set(kept.flatMap(({ block }) => block?.hash ?? [])).size <= 5);
    }
  });

  it("is everything of short heights", () => {
    const entries = [0, 1].flatMap((round) => vote("prepare", round, fakeBlock({ height: 1, salt: round })));
    assert.deepEqual(stillNeeded(entries), entries);
  });
});

/** What a node began again with: all but its own votes that a newer one replaces. */
function resumed(entries: readonly RecordEntry[]) {
  const config = {
    ...{
      blockPeriodSeconds: 1,
      emptyBlockPeriodSeconds: 10,
      requestTimeoutMs: 4_000,
      maxRequestTimeoutMs: 60_000,
    },
    ...{ keys: [KEY], keysWithoutRecord: [], startedAtSeconds: 1_000 },
  };
  const { state } = apply(initialState(config, entries), { nowMs: 2_000_000, kind: "new-head", head: HEAD });
  const { round, accepted, prepared } = state.height as HeightState;
  return { round, accepted, prepared, messages: messagesToResend(state.height as HeightState) };
}

/** What an honest key may say over many rounds: it changes rounds, or jumps; it accepts a block, or none; it prepares, or not. */
function history(next: () => number): RecordEntry[] {
  const entries: RecordEntry[] = [];
  let prepared: { claim: PreparedClaim; block: Block } | null = null;
  for (let round = 0, last = Math.floor(next() * ROUNDS_MAX); round <= last; round++) {
    if (next() < 0.3) continue;
    if (round > 0 && next() < 0.4)
      entries.push(
        entry({ kind: "round-change", payload: { height: 1, round, prepared: prepared?.claim ?? null } }),
      );
    if (next() < 0.3) continue;
    const block: Block =
      prepared !== null && next() < 0.5 ? prepared.block : fakeBlock({ height: 1, salt: round });
    if (next() < 0.2) entries.push(...vote("proposal", round, block));
    if (next() < 0.2) continue;
    entries.push(...vote("prepare", round, block));
    if (next() < 0.6) continue;
    entries.push(...vote("commit", round, block));
    prepared = { claim: { round, blockHash: block.hash }, block };
  }
  return entries;
}

function vote(kind: "proposal" | "prepare" | "commit", round: number, block: Block): RecordEntry[] {
  const payload = { height: 1, round, blockHash: block.hash };
  const prepares = [{ payload, author: KEY, signature: SIGNATURE }];
  return kind === "commit"
    ? [{ ...entry({ kind, payload: payload as unknown as Checkpoint }), prepares }]
    : [{ ...entry({ kind, payload }), block }];
}

function entry(signing: RecordEntry["signing"]): RecordEntry {
  return { author: KEY, signing, block: null, prepares: [], signature: SIGNATURE };
}

/** Numbers in [0, 1) from a seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
