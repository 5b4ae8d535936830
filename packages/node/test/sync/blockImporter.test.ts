import assert from "node:assert/strict";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import { ZERO_HASH } from "@causeway/protocol/hex";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import { SafetyStop } from "../../src/evidence/safetyStop.js";
import type { KeyRing } from "../../src/signer/keyRing.js";
import { recover } from "../../src/signer/recover.js";
import { BlockImporter } from "../../src/sync/blockImporter.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { FakeChain } from "../fakes/fakeChain.js";
import { silentLog } from "../fakes/silentLog.js";
import { certify, checkpointOf, setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const DOMAIN = { chainId: 1, genesisHash: GENESIS_HASH };
const RINGS = testKeyRings(5);
const SET = RINGS.slice(0, 4);
const FOREIGN = RINGS[4] as KeyRing;

function setup(overrides: readonly ValidatorOverride[] = []) {
  const fs = new CrashFileSystem();
  const chain = new FakeChain(GENESIS_HASH, setOf(SET));
  const safetyStop = new SafetyStop({
    fileSystem: fs,
    directory: "/evidence",
    log: silentLog,
    onStop: () => {},
  });
  const heads: number[] = [];
  const body: { broken: string | null; looks: number } = { broken: null, looks: 0 };
  const importer = new BlockImporter({
    execution: chain.execution,
    domain: DOMAIN,
    recover,
    safetyStop,
    overrides,
    bodyFault: () => {
      body.looks += 1;
      return body.broken;
    },
    onHead: ({ height }) => heads.push(height),
  });
  const take = (block: Block, certificate: Certificate) =>
    importer.import({ block, certificate }, new AbortController().signal);
  return { chain, fs, importer, safetyStop, heads, take, body };
}

function nextBlock(chain: FakeChain): Block {
  const { height, hash } = chain.head();
  return fakeBlock({ height: height + 1, parentHash: hash, validators: setOf(SET) });
}

describe("BlockImporter", () => {
  it("verifies, executes and writes blocks in order, and reports each head", async () => {
    const { chain, heads, take } = setup();
    for (let i = 0; i < 3; i++) {
      const block = nextBlock(chain);
      const result = await take(block, certify(checkpointOf(block, SET), DOMAIN, SET));
      assert.deepEqual(result, { status: "imported" });
    }
    assert.deepEqual(heads, [1, 2, 3]);
    assert.equal(chain.executedBlocks, 3);
  });

  describe("refuses before execution (N3)", () => {
    const cases: readonly (readonly [string, string, (block: Block) => readonly [Block, Certificate]])[] = [
      [
        "q - 1 seals",
        "N3.BelowQuorum",
        (block) => [block, certify(checkpointOf(block, SET), DOMAIN, SET, SET.slice(0, 2))],
      ],
      [
        "a duplicated seal",
        "N3.SealMismatch",
        (block) => {
          const certificate = certify(checkpointOf(block, SET), DOMAIN, SET, SET.slice(0, 3));
          const [first = "0x"] = certificate.seals;
          return [block, { ...certificate, seals: [first, first, first] }];
        },
      ],
      [
        "a bit without its seal",
        "N3.BadLength",
        (block) => {
          const certificate = certify(checkpointOf(block, SET), DOMAIN, SET, SET.slice(0, 2));
          return [block, { ...certificate, signers: 0b111n }];
        },
      ],
      [
        "a bit beyond the set",
        "N3.BadBitmap",
        (block) => [block, { ...certify(checkpointOf(block, SET), DOMAIN, SET), signers: 0b11111n }],
      ],
      [
        "a foreign key's seal",
        "N3.SealMismatch",
        (block) => {
          const signers = [...SET.slice(0, 2), FOREIGN];
          const { seals } = certify(checkpointOf(block, SET), DOMAIN, signers, signers);
          return [block, { checkpoint: checkpointOf(block, SET), signers: 0b111n, seals }];
        },
      ],
      [
        "seals of a foreign set",
        "N3.checkpoint.validatorSetHash",
        (block) => [block, certify(checkpointOf(block, RINGS), DOMAIN, RINGS)],
      ],
      [
        "seals of another height",
        "N3.checkpoint.height",
        (block) => [block, certify(checkpointOf(block, SET, { height: 9 }), DOMAIN, SET)],
      ],
      [
        "seals over another block",
        "N3.checkpoint.blockHash",
        (block) => [block, certify(checkpointOf(block, SET, { blockHash: ZERO_HASH }), DOMAIN, SET)],
      ],
      [
        "seals over another state root",
        "N3.checkpoint.stateRoot",
        (block) => [block, certify(checkpointOf(block, SET, { stateRoot: GENESIS_HASH }), DOMAIN, SET)],
      ],
      [
        "seals over another time",
        "N3.checkpoint.timestamp",
        (block) => [block, certify(checkpointOf(block, SET, { timestamp: 5 }), DOMAIN, SET)],
      ],
      [
        "seals of another chain",
        "N3.SealMismatch",
        (block) => [block, certify(checkpointOf(block, SET), { ...DOMAIN, chainId: 2 }, SET)],
      ],
      [
        "another parent",
        "N3.parent",
        () => {
          const block = fakeBlock({ height: 1, validators: setOf(SET) });
          return [block, certify(checkpointOf(block, SET), DOMAIN, SET)];
        },
      ],
    ];
    for (const [what, rule, make] of cases) {
      it(`${what}: ${rule}`, async () => {
        const { chain, take, safetyStop, body } = setup();
        assert.deepEqual(await take(...make(nextBlock(chain))), { status: "refused", rule });
        assert.equal(body.looks, 0, "hashed the body of a block that no quorum sealed (N2)");
        assert.equal(chain.executedBlocks, 0);
        assert.equal(chain.head().height, 0);
        assert.equal(safetyStop.reason, null);
      });
    }

    it("another block than the one an override goes on from: V6.hash", async () => {
      const { chain, take, safetyStop } = setup([
        { height: 2, parentHash: GENESIS_HASH, validators: setOf(SET) },
      ]);
      const block = nextBlock(chain);
      const result = await take(block, certify(checkpointOf(block, SET), DOMAIN, SET));
      assert.deepEqual(result, { status: "refused", rule: "V6.hash" });
      assert.equal(chain.executedBlocks, 0);
      assert.equal(safetyStop.reason, null);
    });

    it("a swapped body: H1.transactionsRoot", async () => {
      const { chain, take, safetyStop, body } = setup();
      body.broken = "H1.transactionsRoot";
      const block = nextBlock(chain);
      const result = await take(block, certify(checkpointOf(block, SET), DOMAIN, SET));
      assert.deepEqual(result, { status: "refused", rule: "H1.transactionsRoot" });
      assert.equal(chain.executedBlocks, 0);
      assert.equal(safetyStop.reason, null);
    });
  });

  it("stops for good when a certified block fails execution, and keeps the block (N3)", async () => {
    const { chain, fs, take, safetyStop } = setup();
    chain.refuseWith = "H1.gasUsed";
    const block = nextBlock(chain);
    const certificate = certify(checkpointOf(block, SET), DOMAIN, SET);
    assert.deepEqual(await take(block, certificate), { status: "stopped" });
    assert.match(safetyStop.reason ?? "", /^N3: certified block 1 .* fails execution/);
    assert(Buffer.from(fs.read(safetyStop.path) ?? []).includes(Buffer.from(block.bytes).toString("hex")));
    chain.refuseWith = null;
    assert.deepEqual(await take(block, certificate), { status: "stopped" });
    assert.equal(chain.head().height, 0);
  });

  it("does not stop over a fault of its own: the block may be sound, and is taken when the fault is gone (H5)", async () => {
    const { chain, take, safetyStop } = setup();
    chain.refuseWith = "EngineFault";
    const block = nextBlock(chain);
    const certificate = certify(checkpointOf(block, SET), DOMAIN, SET);
    const result = await take(block, certificate);
    assert.equal(result.status, "failed");
    assert.equal(safetyStop.reason, null);
    chain.refuseWith = null;
    assert.deepEqual(await take(block, certificate), { status: "imported" });
  });

  for (const wrong of [
    { outboxRoot: GENESIS_HASH },
    { outboxCount: 1 },
    { inboxAcc: GENESIS_HASH },
    { inboxCount: 1 },
    { nextValidatorSetHash: GENESIS_HASH },
  ]) {
    const [field = ""] = Object.keys(wrong);
    it(`stops when a certified ${field} is not what execution gives (N3)`, async () => {
      const { chain, take, safetyStop } = setup();
      const block = nextBlock(chain);
      const certificate = certify(checkpointOf(block, SET, wrong), DOMAIN, SET);
      assert.deepEqual(await take(block, certificate), { status: "stopped" });
      assert.match(safetyStop.reason ?? "", new RegExp(`another ${field} `));
      assert.equal(chain.head().height, 0);
    });
  }

  it("stops when execution gives another stateRoot than the header and the certificate say (N3)", async () => {
    const { chain, take, safetyStop } = setup();
    chain.executesTo = { stateRoot: GENESIS_HASH };
    const block = nextBlock(chain);
    const certificate = certify(checkpointOf(block, SET), DOMAIN, SET);
    assert.deepEqual(await take(block, certificate), { status: "stopped" });
    assert.match(safetyStop.reason ?? "", /another stateRoot /);
    assert.equal(chain.head().height, 0);
  });

  it("ignores a finalized block, also certified in another round (F1)", async () => {
    const { chain, heads, importer, take, safetyStop } = setup();
    const block = nextBlock(chain);
    const first = certify(checkpointOf(block, SET), DOMAIN, SET);
    const again = certify(checkpointOf(block, SET, { round: 3 }), DOMAIN, SET);
    await take(block, first);
    assert.deepEqual(await take(block, again), { status: "known" });
    await importer.commit(block, again);
    assert.deepEqual(chain.finalized, [{ block, certificate: first }]);
    assert.deepEqual(heads, [1]);
    assert.equal(safetyStop.reason, null);
  });

  it("stops when consensus decides another block at the head's height (F2)", async () => {
    const { chain, importer, take, safetyStop } = setup();
    const block = nextBlock(chain);
    const other = fakeBlock({ height: 1, parentHash: GENESIS_HASH, validators: setOf(SET), salt: 1 });
    await take(block, certify(checkpointOf(block, SET), DOMAIN, SET));
    await importer.commit(other, certify(checkpointOf(other, SET), DOMAIN, SET));
    assert.match(safetyStop.reason ?? "", /^F2/);
    assert.equal(chain.head().hash, block.hash);
  });

  it("writes no decided block after a safety stop, not even one that waited for its turn before it (F2)", async () => {
    const { chain, heads, importer, take, safetyStop } = setup();
    chain.refuseWith = "H1.gasUsed";
    const block = nextBlock(chain);
    const certificate = certify(checkpointOf(block, SET), DOMAIN, SET);
    const stopping = take(block, certificate);
    const waiting = importer.commit(block, certificate);
    assert.equal(safetyStop.reason, null, "stopped before the commit was asked for");
    assert.deepEqual(await stopping, { status: "stopped" });
    await waiting;
    assert.deepEqual([chain.head().height, heads], [0, []]);
  });
});
