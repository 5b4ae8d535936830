import assert from "node:assert/strict";
import type { Peer } from "@causeway/network/networkPort";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import type { Hash } from "@causeway/protocol/hex";
import { SafetyStop } from "../../src/evidence/safetyStop.js";
import { recover } from "../../src/signer/recover.js";
import { BlockImporter } from "../../src/sync/blockImporter.js";
import { ConflictWatch } from "../../src/sync/conflictWatch.js";
import { Synchroniser } from "../../src/sync/synchroniser.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { FakeChain } from "../fakes/fakeChain.js";
import { ManualTime } from "../fakes/manualTime.js";
import { silentLog } from "../fakes/silentLog.js";
import { certify, checkpointOf, setOf } from "../support/certify.js";
import { testKeyRings } from "../support/testKeys.js";

const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const DOMAIN = { chainId: 1, genesisHash: GENESIS_HASH };
const SET = testKeyRings(4);

function certifiedChain(length: number, salt = 0): CertifiedBlock[] {
  const blocks: CertifiedBlock[] = [];
  let parentHash: Hash = GENESIS_HASH;
  for (let height = 1; height <= length; height++) {
    const block = fakeBlock({ height, parentHash, validators: setOf(SET), salt });
    blocks.push({ block, certificate: certify(checkpointOf(block, SET), DOMAIN, SET) });
    parentHash = block.hash;
  }
  return blocks;
}

const HONEST = certifiedChain(100);

/** A synchroniser among peers that serve the given chains; a peer may also fail by throwing. */
function setup(serving: Record<string, () => readonly CertifiedBlock[]>) {
  const time = new ManualTime();
  const chain = new FakeChain(GENESIS_HASH, setOf(SET));
  const safetyStop = new SafetyStop({
    ...{ fileSystem: new CrashFileSystem(), directory: "/evidence", log: silentLog, onStop: () => {} },
  });
  const asked: string[] = [];
  const penalised: string[] = [];
  const failures: unknown[] = [];
  const heights = new Map(Object.keys(serving).map((id) => [id, 0]));
  const importer = new BlockImporter({
    execution: chain.execution,
    domain: DOMAIN,
    recover,
    overrides: [],
    safetyStop,
    bodyFault: () => null,
    onHead: () => {},
  });
  const conflicts = new ConflictWatch({
    reader: chain.reader,
    domain: DOMAIN,
    recover,
    epochLength: 30,
    safetyStop,
  });
  const synchroniser = new Synchroniser({
    network: {
      peers: () => [...heights].map(([id, height]): Peer => ({ id, validator: null, height, score: 0 })),
      requestBlocks: async (peer, from, count) => {
        asked.push(`${peer} ${from}`);
        return (serving[peer]?.() ?? []).slice(from - 1, from - 1 + count);
      },
      penalise: (peer, rule) => penalised.push(`${peer} ${rule}`),
    },
    importer,
    conflicts,
    head: () => chain.head(),
    blockPeriodSeconds: 1,
    clock: time,
    timers: time,
    random: () => 0,
    log: silentLog,
    onRefused: () => {},
    onFailure: (error) => failures.push(error),
  });
  const settle = async () => {
    for (let i = 0; i < 400; i++) await time.advance(0);
  };
  return { time, chain, safetyStop, asked, penalised, failures, heights, synchroniser, settle };
}

describe("Synchroniser", () => {
  it("catches up by ranges with a peer that is ahead", async () => {
    const { chain, synchroniser, settle, failures } = setup({ a: () => HONEST });
    synchroniser.announced("a", 100);
    await settle();
    assert.equal(chain.head().height, 100);
    assert.equal(chain.head().hash, HONEST[99]?.block.hash);
    assert.deepEqual(failures, []);
  });

  it("leaves the next height to consensus for a moment, a farther one not", async () => {
    const { time, chain, synchroniser, settle, asked } = setup({ a: () => HONEST.slice(0, 1) });
    synchroniser.announced("a", 1);
    await time.advance(499);
    assert.deepEqual(asked, []);
    await time.advance(1);
    await settle();
    assert.equal(chain.head().height, 1);
    synchroniser.announced("a", 3);
    assert.equal(asked.at(-1), "a 2");
  });

  it("penalises a liar by its rule, lets it rest, and goes on with another peer", async () => {
    const forged = HONEST.map(({ block, certificate }) => ({
      block,
      certificate: { ...certificate, signers: 3n },
    }));
    const { chain, synchroniser, settle, penalised, asked } = setup({ liar: () => forged, b: () => HONEST });
    synchroniser.announced("liar", 100);
    synchroniser.announced("b", 100);
    await settle();
    assert.equal(chain.head().height, 100);
    assert.deepEqual(penalised, ["liar N3.BadLength"]);
    assert.equal(asked.filter((request) => request.startsWith("liar")).length, 1);
  });

  it("does not ask a liar again for a minute", async () => {
    const forged = HONEST.map(({ block, certificate }) => ({
      block,
      certificate: { ...certificate, signers: 3n },
    }));
    const { time, synchroniser, asked } = setup({ liar: () => forged });
    synchroniser.start();
    synchroniser.announced("liar", 100);
    await time.advance(59_000);
    assert.equal(asked.length, 1);
    await time.advance(10_000);
    assert.equal(asked.length, 2);
    await synchroniser.stop();
  });

  it("rests a peer that does not answer, then asks again", async () => {
    let up = false;
    const { time, chain, synchroniser, settle, asked } = setup({
      a: () => {
        if (!up) throw new Error("timeout");
        return HONEST;
      },
    });
    synchroniser.start();
    synchroniser.announced("a", 100);
    await settle();
    assert.equal(asked.length, 1);
    up = true;
    await time.advance(5_000);
    await settle();
    assert.equal(chain.head().height, 100);
    await synchroniser.stop();
  });

  it("rests after a fault of its own, blames nobody, and goes on when it is over (H5)", async () => {
    const { time, chain, synchroniser, settle, asked, penalised, failures, safetyStop } = setup({
      a: () => HONEST,
      b: () => HONEST,
    });
    synchroniser.start();
    chain.refuseWith = "EngineFault";
    synchroniser.announced("a", 100);
    synchroniser.announced("b", 100);
    await settle();
    assert.equal(asked.length, 1);
    await time.advance(4_999);
    await synchroniser.decided("b", HONEST[0] as CertifiedBlock);
    assert.equal(asked.length, 1);
    assert.equal(chain.head().height, 0);
    chain.refuseWith = null;
    await time.advance(10_000);
    await settle();
    assert.equal(chain.head().height, 100);
    assert.deepEqual([penalised, failures, safetyStop.reason], [[], [], null]);
    await synchroniser.stop();
  });

  it("forgets the claims of peers that are gone, and believes none of strangers", async () => {
    const { synchroniser, heights } = setup({ a: () => [] });
    synchroniser.announced("stranger", 7);
    assert.equal(synchroniser.highestClaim, 0);
    synchroniser.announced("a", 9);
    assert.equal(synchroniser.highestClaim, 9);
    heights.delete("a");
    synchroniser.peerGone("a");
    assert.equal(synchroniser.highestClaim, 0);
    await synchroniser.stop();
  });

  it("takes a decided block that comes unasked by the same path (C11)", async () => {
    const { chain, synchroniser, penalised } = setup({ a: () => [] });
    const [first, second] = HONEST as [CertifiedBlock, CertifiedBlock];
    await synchroniser.decided("a", first);
    assert.equal(chain.head().height, 1);
    await synchroniser.decided("a", { ...second, certificate: first.certificate });
    assert.equal(chain.head().height, 1);
    assert.deepEqual(penalised, ["a N3.checkpoint.height"]);
  });

  it("takes of what comes unasked one block of a peer at a time", async () => {
    const { chain, synchroniser, settle, asked } = setup({ a: () => HONEST, b: () => [] });
    const [first, second] = HONEST as [CertifiedBlock, CertifiedBlock];
    const both = [synchroniser.decided("b", first), synchroniser.decided("b", second)];
    await Promise.all(both);
    await settle();
    assert.equal(chain.head().height, 1);
    assert.deepEqual(asked, [], "the second was not even looked at");
    await synchroniser.decided("b", second);
    assert.equal(chain.head().height, 2);
  });

  it("finds the conflict behind a certified child of another parent (F2)", async () => {
    const fork = certifiedChain(3, 1);
    const { time, synchroniser, safetyStop, settle } = setup({ a: () => HONEST.slice(0, 2), b: () => fork });
    synchroniser.announced("a", 2);
    await settle();
    synchroniser.announced("b", 3);
    await time.advance(500);
    await settle();
    assert.match(safetyStop.reason ?? "", /^F2: height 2/);
  });
});
