import assert from "node:assert/strict";
import type { Evidence } from "@causeway/consensus/evidence";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import {
  type Authored,
  type BlockVote,
  consensusDigest,
  type RoundChangePayload,
  type SigningPayload,
} from "@causeway/protocol/consensusMessage";
import { type Address, type Hash, ZERO_HASH } from "@causeway/protocol/hex";
import { provesEquivocation } from "../../src/evidence/provesEquivocation.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { EVIDENCE_KINDS, equivocation } from "../support/equivocation.js";
import { testKeyRings } from "../support/testKeys.js";

const DOMAIN = { chainId: 1, genesisHash: `0x${"9e".repeat(32)}`, overrides: [] } as const;
const OTHER_HASH: Hash = `0x${"0e".repeat(32)}`;
const [RING, OTHER] = testKeyRings(2) as [KeyRing, KeyRing];
const VALIDATOR = RING.addresses[0] as Address;
const HEIGHT = 5;

function signed<P>(signing: SigningPayload & { payload: P }): Authored<P> {
  const signature = RING.sign(VALIDATOR, consensusDigest(DOMAIN, signing));
  return { payload: signing.payload, author: VALIDATOR, signature };
}

const prepare = (vote: Partial<BlockVote>) =>
  signed({ kind: "prepare", payload: { height: HEIGHT, round: 2, blockHash: ZERO_HASH, ...vote } });
const commit = (vote: Partial<Checkpoint>) => {
  const { first } = equivocation("double-commit", RING, DOMAIN, HEIGHT);
  return signed({ kind: "commit", payload: { ...(first.payload as Checkpoint), round: 2, ...vote } });
};
const roundChange = (vote: Partial<RoundChangePayload>) =>
  signed({ kind: "round-change", payload: { height: HEIGHT, round: 3, prepared: null, ...vote } });

const of = { validator: VALIDATOR, height: HEIGHT };
const proves = (evidence: Evidence) => provesEquivocation(evidence, DOMAIN, recover);
const prepares = (first: Partial<BlockVote>, second: Partial<BlockVote>): Evidence => ({
  ...of,
  kind: "double-prepare",
  first: prepare(first),
  second: prepare(second),
});
const forgotten = (vote: Partial<RoundChangePayload>): Evidence => ({
  ...of,
  kind: "forgotten-commit",
  first: commit({}),
  second: roundChange(vote),
});

describe("two votes prove that a validator contradicted itself (C15)", () => {
  for (const kind of EVIDENCE_KINDS) {
    it(`${kind}: signed by itself, of this chain, and of no other`, () => {
      const evidence = equivocation(kind, RING, DOMAIN, HEIGHT);
      assert.equal(proves(evidence), true);
      assert.equal(provesEquivocation(evidence, { ...DOMAIN, chainId: 2 }, recover), false);
      assert.equal(proves({ ...evidence, validator: OTHER.addresses[0] as Address }), false);
    });
  }

  it("V6: not from both sides of an override: what was signed before it is no vote of the new set", () => {
    const overrides = [{ height: HEIGHT, validators: [VALIDATOR] }];
    const since = { ...DOMAIN, overrides };
    for (const kind of ["double-proposal", "double-prepare", "double-round-change"] as const) {
      const before = equivocation(kind, RING, DOMAIN, HEIGHT);
      const after = equivocation(kind, RING, since, HEIGHT);
      assert.equal(provesEquivocation(after, since, recover), true, kind);
      assert.equal(provesEquivocation({ ...after, first: before.first } as Evidence, since, recover), false);
      assert.equal(
        provesEquivocation({ ...after, second: before.second } as Evidence, since, recover),
        false,
      );
    }
  });

  it("only of one height and round, and only if they differ", () => {
    assert.equal(proves(prepares({}, { blockHash: OTHER_HASH })), true);
    assert.equal(proves(prepares({}, {})), false);
    assert.equal(proves(prepares({}, { round: 3, blockHash: OTHER_HASH })), false);
    const later = { height: HEIGHT + 1, blockHash: OTHER_HASH };
    assert.equal(proves(prepares({}, later)), false, "an honest validator votes for every height");
    assert.equal(proves(prepares(later, {})), false);
    assert.equal(proves({ ...prepares({}, { blockHash: OTHER_HASH }), height: HEIGHT + 1 }), false);
  });

  it("only as what they were signed: a proposal and a prepare of one round are two honest votes", () => {
    const payload = { height: HEIGHT, round: 2, blockHash: OTHER_HASH };
    const proposal = signed({ kind: "proposal", payload });
    assert.equal(proves({ ...of, kind: "double-prepare", first: prepare({}), second: proposal }), false);
  });

  it("a commit is forgotten by a later round-change that claims less, not by one that claims as much or came before", () => {
    const prepared = (round: number) => ({ round, blockHash: ZERO_HASH });
    assert.equal(proves(forgotten({})), true);
    assert.equal(proves(forgotten({ prepared: prepared(1) })), true);
    for (const honest of [{ prepared: prepared(2) }, { round: 5, prepared: prepared(4) }, { round: 2 }])
      assert.equal(proves(forgotten(honest)), false, JSON.stringify(honest));
  });
});
