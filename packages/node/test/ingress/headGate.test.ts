import assert from "node:assert/strict";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { Recover } from "@causeway/protocol/signature";
import { SafetyStop } from "../../src/evidence/safetyStop.js";
import { HeadGate } from "../../src/ingress/headGate.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { ConflictWatch } from "../../src/sync/conflictWatch.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { FakeChain } from "../fakes/fakeChain.js";
import { silentLog } from "../fakes/silentLog.js";
import { certify, checkpointOf, setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const DOMAIN = { chainId: 1, genesisHash: GENESIS_HASH };
const RINGS = testKeyRings(8);
const SET = RINGS.slice(0, 4);
const STRANGERS = RINGS.slice(4);
/** The head is at 12: heights 13 to 20 are sealed by the set of the next block, 21 not yet known. */
const EPOCH_LENGTH = 10;
const HEAD = 12;

function setup(options: { readonly hasOverride?: boolean; readonly epochLength?: number } = {}) {
  const { epochLength = EPOCH_LENGTH } = options;
  const chain = new FakeChain(GENESIS_HASH, setOf(SET));
  for (let height = 1; height <= HEAD; height++) {
    const block = fakeBlock({ height, parentHash: chain.head().hash, validators: setOf(SET) });
    chain.finalized.push({ block, certificate: certify(checkpointOf(block, SET), DOMAIN, SET) });
  }
  const safetyStop = new SafetyStop({
    ...{ fileSystem: new CrashFileSystem(), directory: "/evidence", log: silentLog, onStop: () => {} },
  });
  let recoveries = 0;
  const counted: Recover = (digest, signature) => {
    recoveries += 1;
    return recover(digest, signature);
  };
  const ports = { reader: chain.reader, domain: DOMAIN, recover: counted, epochLength };
  const announced: number[] = [];
  const gate = new HeadGate({
    ...ports,
    head: () => chain.head(),
    hasOverride: options.hasOverride ?? false,
    log: silentLog,
    conflicts: new ConflictWatch({ ...ports, safetyStop }),
    stopped: () => safetyStop.reason !== null,
    announced: (_peer, height) => announced.push(height),
  });
  return {
    ...{ chain, safetyStop, announced },
    recoveries: () => recoveries,
    /** The head of a block nobody else knows. */
    judge: (height: number, head: HeadFields = {}) => {
      const { signers = SET.slice(0, 3), rings = SET, salt = 0, changes = {}, claims = {} } = head;
      const block = fakeBlock({ height, salt, validators: setOf(rings) });
      const { checkpoint, ...seals } = certify(checkpointOf(block, rings, changes), DOMAIN, rings, signers);
      const certificate = { ...seals, checkpoint: { ...checkpoint, ...claims } };
      return gate.judge("peer", { header: block, certificate });
    },
    /** The head of a finalized block, perhaps with other seals. */
    judgeFinal: (height: number, signers: readonly KeyRing[] = SET, changes: Partial<Checkpoint> = {}) => {
      const block = chain.finalized[height - 1]?.block ?? assert.fail("no such block");
      const certificate: Certificate = certify(checkpointOf(block, SET, changes), DOMAIN, SET, signers);
      return gate.judge("peer", { header: block, certificate });
    },
  };
}

interface HeadFields {
  readonly signers?: readonly KeyRing[];
  readonly rings?: readonly KeyRing[];
  readonly salt?: number;
  readonly changes?: Partial<Checkpoint>;
  /** Fields put into the checkpoint after it was sealed. */
  readonly claims?: Partial<Checkpoint>;
}

describe("HeadGate: gossiped heads go on only with the seals of S(h) (N2)", () => {
  it("passes on the next head and those after it in the same epoch", async () => {
    const { judge, announced } = setup();
    for (const height of [13, 14, 20]) assert.equal(await judge(height), "accept");
    assert.deepEqual(announced, [13, 14, 20]);
  });

  it("keeps back heads of the next epoch, whose set it does not know, yet hears that the peer is ahead", async () => {
    const { judge, announced, recoveries } = setup();
    assert.equal(await judge(21, { rings: STRANGERS, signers: STRANGERS }), "ignore");
    assert.equal(await judge(2 ** 47), "ignore");
    assert.deepEqual([announced.length, recoveries()], [2, 0]);
  });

  it("V6: with an override in the chain spec, only the next height's set is known", async () => {
    const { judge } = setup({ hasOverride: true });
    assert.equal(await judge(14), "ignore");
    assert.equal(await judge(13), "accept");
  });

  it("V6: a head by the set that an override put aside stops this node and goes on to all others", async () => {
    const { judge, chain, safetyStop } = setup({ hasOverride: true });
    const reader = chain.reader as { overriddenValidators(height: number): Promise<readonly string[]> };
    reader.overriddenValidators = async () => setOf(STRANGERS);
    assert.equal(await judge(13, { rings: STRANGERS, signers: STRANGERS.slice(0, 1) }), "reject");
    assert.equal(safetyStop.reason, null);
    assert.equal(await judge(13, { rings: STRANGERS, signers: STRANGERS }), "accept");
    assert.match(safetyStop.reason ?? "", /^V6/);
  });

  const forgeries: Record<string, HeadFields> = {
    "too few seals": { signers: SET.slice(0, 2) },
    "strangers' seals": { rings: STRANGERS, signers: STRANGERS },
    "seals over another checkpoint": { claims: { outboxCount: 1 } },
  };
  for (const [what, head] of Object.entries(forgeries)) {
    it(`rejects ${what}, and believes nothing of it`, async () => {
      const { judge, announced, safetyStop } = setup();
      assert.equal(await judge(13, head), "reject");
      assert.deepEqual([announced, safetyStop.reason], [[], null]);
    });
  }

  it("costs one signer recovery for each forged seal, not a quorum of them", async () => {
    const { judge, recoveries } = setup();
    for (let salt = 1; salt <= 10; salt++) await judge(13, { salt, claims: { outboxCount: 1 } });
    assert.equal(recoveries(), 10);
  });

  it("passes on four certificates of a block and looks at no more: many seals make many (F1)", async () => {
    const { judge, judgeFinal, recoveries, safetyStop } = setup();
    const verdicts: string[] = [];
    for (let round = 0; round < 10; round++) verdicts.push(await judge(13, { changes: { round } }));
    for (let round = 0; round < 10; round++) verdicts.push(await judgeFinal(HEAD, SET, { round }));
    assert.deepEqual(
      verdicts.map((verdict) => verdict === "accept"),
      verdicts.map((_, i) => i % 10 < 4),
    );
    assert.ok(verdicts.every((verdict) => verdict !== "reject"));
    assert.equal(recoveries(), 4 * 3 + 4 * 4);
    assert.equal(safetyStop.reason, null);
  });

  it("remembers the blocks of 64 heights, in long epochs, too", async () => {
    const { judge } = setup({ epochLength: 1_000 });
    for (let round = 0; round < 4; round++) await judge(13, { changes: { round } });
    for (let height = 14; height < 13 + 64; height++) await judge(height);
    assert.equal(await judge(13, { changes: { round: 4 } }), "ignore");
    assert.equal(await judge(13 + 64), "accept");
    assert.equal(await judge(13, { changes: { round: 5 } }), "accept", "forgotten");
  });

  it("a chain that cannot be read, as when it was just closed, is nobody's fault and no crash", async () => {
    const { chain, judgeFinal } = setup();
    const reader = chain.reader as { certificate(height: number): Promise<Certificate | null> };
    reader.certificate = async () => {
      throw new Error("database is not open");
    };
    assert.equal(await judgeFinal(HEAD), "ignore");
  });

  it("keeps back old heads without a look at their seals", async () => {
    const { judgeFinal, recoveries } = setup();
    assert.equal(await judgeFinal(HEAD - 1, SET.slice(1)), "ignore");
    assert.equal(await judgeFinal(1, SET.slice(0, 1)), "ignore");
    assert.equal(recoveries(), 0);
  });

  it("another block at a finalized height is forged, or stops this node and goes on to all others (F2)", async () => {
    const { judge, safetyStop } = setup();
    assert.equal(await judge(5, { salt: 1, signers: SET.slice(0, 2) }), "reject");
    assert.equal(safetyStop.reason, null);
    assert.equal(await judge(5, { salt: 1 }), "accept");
    assert.match(safetyStop.reason ?? "", /^F2: height 5/);
    assert.equal(await judge(13), "ignore");
  });

  it("the same block with another outbox is as much a conflict (F2)", async () => {
    const { judgeFinal, safetyStop } = setup();
    assert.equal(await judgeFinal(5, SET, { outboxCount: 9 }), "accept");
    assert.match(safetyStop.reason ?? "", /^F2: height 5/);
  });

  it("two certified blocks of a height this node has not reached stop it too (F2)", async () => {
    const { judge, safetyStop } = setup();
    assert.equal(await judge(15, { salt: 1 }), "accept");
    assert.equal(await judge(15, { salt: 2, signers: SET.slice(0, 2) }), "reject");
    assert.equal(safetyStop.reason, null);
    assert.equal(await judge(15, { salt: 2 }), "accept");
    assert.match(safetyStop.reason ?? "", /^F2: a quorum certified .* at height 15 and .* at height 15/);
  });

  it("a conflict of a set retired long ago goes no further, and costs one verification in all (F2)", async () => {
    const { chain, judge, safetyStop, recoveries } = setup();
    const reader = chain.reader as { validators(height: number): Promise<readonly string[] | null> };
    reader.validators = async (height) => setOf(height <= 1 ? SET : STRANGERS);
    for (let salt = 1; salt <= 5; salt++) assert.equal(await judge(1, { salt }), "ignore");
    assert.equal(safetyStop.reason, null);
    assert.notEqual(safetyStop.retired, null);
    assert.equal(recoveries(), 3);
  });
});
