import assert from "node:assert/strict";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import { SafetyStop } from "../../src/evidence/safetyStop.js";
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
const SET = testKeyRings(4);
const OTHER_HASH = `0x${"ee".repeat(32)}` as const;
const EPOCH_LENGTH = 2;

function setup(height = 2) {
  const chain = new FakeChain(GENESIS_HASH, setOf(SET));
  for (let h = 1; h <= height; h++) {
    const block = fakeBlock({ height: h, parentHash: chain.head().hash, validators: setOf(SET) });
    chain.finalized.push({ block, certificate: certify(checkpointOf(block, SET), DOMAIN, SET) });
  }
  const fs = new CrashFileSystem();
  let stops = 0;
  const onStop = () => {
    stops += 1;
  };
  const safetyStop = new SafetyStop({ fileSystem: fs, directory: "/evidence", log: silentLog, onStop });
  const watchWith = (stop: SafetyStop) =>
    new ConflictWatch({
      ...{ reader: chain.reader, domain: DOMAIN, recover, epochLength: EPOCH_LENGTH },
      safetyStop: stop,
    });
  const watch = watchWith(safetyStop);
  const variant = (height: number, changes: Partial<Checkpoint>, signers = SET) => {
    const { block } = chain.finalized[height - 1] ?? { block: fakeBlock({ height, validators: setOf(SET) }) };
    return certify(checkpointOf(block, SET, changes), DOMAIN, SET, signers);
  };
  return { chain, fs, safetyStop, watch, watchWith, variant, stops: () => stops };
}

describe("ConflictWatch (F2)", () => {
  it("stops on another block certified at a finalized height, and persists both certificates", async () => {
    const { fs, safetyStop, watch, variant, stops } = setup();
    assert.equal(await watch.find(variant(1, { blockHash: OTHER_HASH })), "conflict");
    assert.match(safetyStop.reason ?? "", /^F2: height 1/);
    assert.equal(stops(), 1);
    fs.crash();
    const evidence = safetyStop.inForce as unknown as { certificates: { validators: string[] }[] };
    assert.equal(evidence.certificates.length, 2);
    for (const { validators } of evidence.certificates) assert.deepEqual(validators, setOf(SET));
  });

  it("does not stop again on a conflict that operators have resolved", async () => {
    const { fs, safetyStop, chain, variant, watchWith } = setup();
    await watchWith(safetyStop).find(variant(1, { blockHash: OTHER_HASH }));
    const onStop = () => assert.fail("stopped again");
    const restarted = new SafetyStop({ fileSystem: fs, directory: "/evidence", log: silentLog, onStop });
    restarted.resume(safetyStop.id as string);
    assert.equal(
      await watchWith(restarted).find(variant(1, { blockHash: OTHER_HASH, round: 2 })),
      "conflict",
    );
    assert.equal(restarted.reason, null);
    assert.equal(chain.head().height, 2);
  });

  it("stops on two certificates above the head unless operators have resolved that very conflict", () => {
    const { fs, safetyStop, variant, watchWith } = setup();
    const [one, other, third] = ["aa", "bb", "cc"].map((byte) =>
      variant(3, { blockHash: `0x${byte.repeat(32)}` }),
    ) as [Certificate, Certificate, Certificate];
    watchWith(safetyStop).report(one, other, setOf(SET));
    assert.match(safetyStop.reason ?? "", /^F2: a quorum certified 0xaa\w+ at height 3 and 0xbb/);
    const restarted = new SafetyStop({
      ...{ fileSystem: fs, directory: "/evidence", log: silentLog, onStop: () => {} },
    });
    restarted.resume(safetyStop.id as string);
    const watch = watchWith(restarted);
    watch.report(one, other, setOf(SET));
    watch.report(other, one, setOf(SET));
    assert.equal(restarted.reason, null);
    watch.report(one, third, setOf(SET));
    assert.match(restarted.reason ?? "", /0xcc/);
  });

  it("stops on a time that does not grow from the head to the next height", async () => {
    const { chain, watch, variant, safetyStop } = setup();
    const { timestamp } = chain.head();
    assert.equal(await watch.find(variant(3, { timestamp })), "conflict");
    assert.match(safetyStop.reason ?? "", /^F2/);
  });

  it("takes no notice of the same block certified in another round", async () => {
    const { watch, variant, safetyStop } = setup();
    assert.equal(await watch.find(variant(1, { round: 5 })), "none");
    assert.equal(safetyStop.reason, null);
  });

  it("takes no notice of the same block sealed by other signers", async () => {
    const { watch, variant, safetyStop } = setup();
    for (const absent of SET) {
      const signers = SET.filter((ring) => ring !== absent);
      assert.equal(await watch.find(variant(1, {}, signers)), "none");
      assert.equal(await watch.find(variant(2, { round: 3 }, signers)), "none");
    }
    assert.equal(safetyStop.reason, null);
  });

  it("takes no notice of a certificate that does not verify", async () => {
    const { watch, variant, safetyStop } = setup();
    assert.equal(await watch.find(variant(1, { blockHash: OTHER_HASH }, SET.slice(0, 2))), "unproven");
    assert.equal(safetyStop.reason, null);
  });

  describe("V6: beside an override at height 2", () => {
    const aside = testKeyRings(8).slice(4);
    const overridden = (height = 2) => {
      const parts = setup(height);
      const reader = parts.chain.reader as {
        overriddenValidators(height: number): Promise<readonly string[] | null>;
      };
      reader.overriddenValidators = async (h) => (h >= 2 ? setOf(aside) : null);
      const byAside = (h: number, signers = aside) =>
        certify(
          checkpointOf(fakeBlock({ height: h, validators: setOf(aside) }), aside),
          DOMAIN,
          aside,
          signers,
        );
      return { ...parts, byAside };
    };

    it("stops when a quorum of the set put aside certified its height, decided here or not", async () => {
      for (const head of [1, 2]) {
        const { watch, byAside, safetyStop } = overridden(head);
        assert.equal(await watch.find(byAside(2)), "conflict");
        assert.match(safetyStop.reason ?? "", /^V6: .* at height 2/);
        const { certificates } = safetyStop.inForce as unknown as {
          certificates: { validators: string[] }[];
        };
        assert.deepEqual(certificates.at(-1)?.validators, setOf(aside));
      }
    });

    it("takes no notice of fewer of them, nor of what the set in force certified", async () => {
      const { watch, byAside, variant, safetyStop } = overridden();
      assert.equal(await watch.find(byAside(2, aside.slice(0, 2))), "unproven");
      assert.equal(await watch.find(variant(2, { round: 3 })), "none");
      assert.equal(safetyStop.reason, null);
      assert.equal(await watch.find(variant(2, { blockHash: OTHER_HASH })), "conflict");
      assert.match(safetyStop.reason ?? "", /^F2/);
    });

    it("keeps but does not obey it more than an epoch later", async () => {
      const { watch, byAside, safetyStop } = overridden(2 + EPOCH_LENGTH);
      assert.equal(await watch.find(byAside(2)), "retired");
      assert.equal(safetyStop.reason, null);
      assert.notEqual(safetyStop.retired, null);
    });
  });

  it("keeps but does not obey a conflict of a set retired more than an epoch ago", async () => {
    const { chain, watch, variant, safetyStop } = setup(6);
    const conflict = variant(1, { blockHash: OTHER_HASH });
    const current = testKeyRings(8).slice(4);
    const reader = chain.reader as { validators(height: number): Promise<readonly string[] | null> };
    reader.validators = async (height) => setOf(height <= 2 ? SET : current);
    assert.equal(await watch.find(conflict), "retired");
    assert.equal(safetyStop.reason, null);
    assert.equal(safetyStop.inForce, null);
    assert.notEqual(safetyStop.retired, null);
  });
});
