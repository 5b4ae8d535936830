import assert from "node:assert/strict";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import type { SigningPayload } from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { leaveOverriddenSet } from "../../src/record/leaveOverriddenSet.js";
import { fakeBlock } from "../fakes/blocks.js";
import { setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const RINGS = testKeyRings(6);
const OLD_SET = setOf(RINGS.slice(0, 4));
const NEW_SET = setOf(RINGS.slice(2));
/** In both sets. */
const KEY = OLD_SET.find((key) => NEW_SET.includes(key)) as Address;
const HEIGHT = 7;

const OLD = fakeBlock({ height: HEIGHT, validators: OLD_SET });
const NEW = fakeBlock({ height: HEIGHT, validators: NEW_SET });

function entry(signing: SigningPayload, block: RecordEntry["block"] = null, author = KEY): RecordEntry {
  return { author, signing, signature: "0x", block, prepares: [] };
}
const prepare = (round: number, block = OLD) =>
  entry({ kind: "prepare", payload: { height: HEIGHT, round, blockHash: block.hash } }, block);
const commit = (round: number, block = OLD) =>
  entry({
    kind: "commit",
    payload: {
      ...{ height: HEIGHT, round, blockHash: block.hash },
      validatorSetHash: validatorSetHash(block === OLD ? OLD_SET : NEW_SET),
    },
  } as unknown as SigningPayload);
const roundChange = (round: number, claimed: number | null = null, block = OLD) =>
  entry({
    kind: "round-change",
    payload: {
      ...{ height: HEIGHT, round },
      prepared: claimed === null ? null : { round: claimed, blockHash: block.hash },
    },
  });
const leave = (entries: readonly RecordEntry[]) => leaveOverriddenSet(entries, HEIGHT, NEW_SET);
const freshRound = (round: number) => [
  { author: KEY, signing: { kind: "round-change", payload: { height: HEIGHT, round, prepared: null } } },
];

describe("leaveOverriddenSet (V6, W3)", () => {
  it("forgets votes for blocks of the set put aside, and what claims them prepared; the key goes on above", () => {
    const entries = [prepare(0), commit(0), roundChange(1, 0), prepare(1), commit(1), roundChange(2, 1)];
    assert.deepEqual(leave(entries), { entries: [], roundChanges: freshRound(3) });
  });

  it("keeps round changes that claim nothing, and goes on with the last", () => {
    const entries = [prepare(0), roundChange(1), roundChange(2)];
    assert.deepEqual(leave(entries), { entries: entries.slice(1), roundChanges: [] });
    const voted = [...entries, prepare(2)];
    assert.deepEqual(leave(voted), { entries: entries.slice(1), roundChanges: freshRound(3) });
  });

  it("keeps all that was signed about blocks of the new set", () => {
    const entries = [prepare(0, NEW), commit(0, NEW), roundChange(1, 0, NEW)];
    assert.deepEqual(leave(entries), { entries, roundChanges: [] });
  });

  it("asks nothing of keys that are not in the new set, nor of other heights", () => {
    const gone = OLD_SET.find((key) => !NEW_SET.includes(key)) as Address;
    const later = entry(
      { kind: "prepare", payload: { height: HEIGHT + 1, round: 0, blockHash: OLD.hash } },
      OLD,
    );
    const entries = [{ ...prepare(0), author: gone }, later];
    assert.deepEqual(leave(entries), { entries: [later], roundChanges: [] });
  });
});
