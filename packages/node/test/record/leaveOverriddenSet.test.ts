import assert from "node:assert/strict";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import {
  consensusDigest,
  type SignedPrepare,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import type { Address } from "@causeway/protocol/hex";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { leaveOverriddenSet } from "../../src/record/leaveOverriddenSet.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { fakeBlock } from "../fakes/blocks.js";
import { checkpointOf, setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const RINGS = testKeyRings(6);
const OLD_RINGS = RINGS.slice(0, 4);
const NEW_RINGS = RINGS.slice(2);
/** In both sets. */
const RING = RINGS[2] as KeyRing;
const KEY = RING.addresses[0] as Address;
const HEIGHT = 7;

const BEFORE: VoteDomain = { chainId: 1, genesisHash: `0x${"9e".repeat(32)}`, overrides: [] };
const underOverride = (rings: readonly KeyRing[]): VoteDomain => ({
  ...BEFORE,
  overrides: [{ height: HEIGHT, validators: setOf(rings) }],
});
const AFTER = underOverride(NEW_RINGS);

const OLD = fakeBlock({ height: HEIGHT, validators: setOf(OLD_RINGS) });
const NEW = fakeBlock({ height: HEIGHT, validators: setOf(NEW_RINGS) });

/** What one key signs in a domain, about a block of that domain's set. */
class Signing {
  readonly #domain: VoteDomain;
  readonly #rings: readonly KeyRing[];
  readonly #ring: KeyRing;

  constructor(domain: VoteDomain, rings: readonly KeyRing[], ring = RING) {
    this.#domain = domain;
    this.#rings = rings;
    this.#ring = ring;
  }

  prepare(round: number, block = OLD): RecordEntry {
    const { height, hash: blockHash } = block;
    return this.#entry({ kind: "prepare", payload: { height, round, blockHash } }, { block });
  }

  /** With one PREPARE behind it, its own. */
  commit(round: number, block = OLD): RecordEntry {
    const { author, signing, signature } = this.prepare(round, block);
    const prepares = [{ author, payload: signing.payload, signature } as SignedPrepare];
    const payload = checkpointOf(block, this.#rings, { round });
    return this.#entry({ kind: "commit", payload }, { prepares });
  }

  roundChange(round: number, claimed: number | null = null, block = OLD): RecordEntry {
    const prepared = claimed === null ? null : { round: claimed, blockHash: block.hash };
    return this.#entry({ kind: "round-change", payload: { height: HEIGHT, round, prepared } });
  }

  #entry(signing: SigningPayload, { block = null, prepares = [] }: Partial<RecordEntry> = {}): RecordEntry {
    const author = this.#ring.addresses[0] as Address;
    const signature = this.#ring.sign(author, consensusDigest(this.#domain, signing));
    return { author, signing, signature, block, prepares };
  }
}

const old = new Signing(BEFORE, OLD_RINGS);
const fresh = new Signing(AFTER, NEW_RINGS);
const leave = (entries: readonly RecordEntry[], rings = NEW_RINGS) =>
  leaveOverriddenSet(entries, underOverride(rings), recover);
const freshRound = (round: number) => [
  { author: KEY, signing: { kind: "round-change", payload: { height: HEIGHT, round, prepared: null } } },
];

describe("leaveOverriddenSet (V6, W3)", () => {
  it("forgets what was signed before the override, claims or none; the key goes on above (W1)", () => {
    const entries = [
      ...[old.prepare(0), old.commit(0), old.roundChange(1, 0)],
      ...[old.prepare(1), old.commit(1), old.roundChange(2, 1)],
    ];
    assert.deepEqual(leave(entries), { entries: [], roundChanges: freshRound(3), silent: [] });
    const unprepared = [old.prepare(0), old.roundChange(1), old.roundChange(2)];
    assert.deepEqual(leave(unprepared), { entries: [], roundChanges: freshRound(3), silent: [] });
  });

  it("keeps all that was signed since, and goes on with the last", () => {
    const since = [
      fresh.roundChange(1),
      fresh.prepare(1, NEW),
      fresh.commit(1, NEW),
      fresh.roundChange(2, 1, NEW),
    ];
    const entries = [old.prepare(0), ...since];
    assert.deepEqual(leave(entries), { entries: since, roundChanges: [], silent: [] });
  });

  it("forgets the votes under an override that was corrected before it took effect", () => {
    const corrected = RINGS.slice(1, 5);
    const entries = [old.prepare(0), fresh.roundChange(1), fresh.prepare(1, NEW), fresh.commit(1, NEW)];
    assert.deepEqual(leave(entries, corrected), { entries: [], roundChanges: freshRound(2), silent: [] });
  });

  it("silences a key whose COMMIT counts on, for both sets are one, while nobody could be shown what it rests on", () => {
    const entries = [old.prepare(0), old.commit(0), old.roundChange(1, 0)];
    const { roundChanges, silent } = leave(entries, OLD_RINGS);
    assert.deepEqual({ roundChanges, silent }, { roundChanges: [], silent: [KEY] });
    const uncommitted = [old.prepare(0), old.roundChange(1)];
    assert.deepEqual(leave(uncommitted, OLD_RINGS), { entries: [], roundChanges: freshRound(2), silent: [] });
  });

  it("knows the override of each height, for a node whose chain is behind its record", () => {
    const next = { height: HEIGHT + 3, validators: setOf(OLD_RINGS) };
    const domain = { ...AFTER, overrides: [...AFTER.overrides, next] };
    const block = fakeBlock({ height: next.height, validators: setOf(NEW_RINGS) });
    const entries = [old.prepare(0), fresh.roundChange(1), fresh.prepare(4, block)];
    const payload = { height: next.height, round: 5, prepared: null };
    assert.deepEqual(leaveOverriddenSet(entries, domain, recover), {
      ...{ entries: [entries[1]], silent: [] },
      roundChanges: [{ author: KEY, signing: { kind: "round-change", payload } }],
    });
  });

  it("asks nothing of keys that are not in the new set, nor of other heights", () => {
    const gone = new Signing(BEFORE, OLD_RINGS, RINGS[0]);
    const later = old.prepare(0, fakeBlock({ height: HEIGHT + 1, validators: setOf(OLD_RINGS) }));
    const entries = [gone.prepare(0), later];
    assert.deepEqual(leave(entries), { entries: [later], roundChanges: [], silent: [] });
  });
});
