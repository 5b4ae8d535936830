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
const RINGS = testKeyRings(8);
const SET = RINGS.slice(0, 4);
const STRANGERS = RINGS.slice(4);
const CHAIN_LENGTH = 200;
/** As the network gives up on a silent peer. */
const REQUEST_TIMEOUT_MS = 10_000;
const ABSURD_HEIGHT = Number.MAX_SAFE_INTEGER;

function certifiedChain(salt = 0): CertifiedBlock[] {
  const blocks: CertifiedBlock[] = [];
  let parentHash: Hash = GENESIS_HASH;
  for (let height = 1; height <= CHAIN_LENGTH; height++) {
    const block = fakeBlock({ height, parentHash, validators: setOf(SET), salt });
    blocks.push({ block, certificate: certify(checkpointOf(block, SET), DOMAIN, SET, SET.slice(0, 3)) });
    parentHash = block.hash;
  }
  return blocks;
}

const HONEST = certifiedChain();
const FORK = certifiedChain(1);

/** What a peer does when asked for blocks. */
type Answer = (time: ManualTime, from: number, count: number) => Promise<readonly CertifiedBlock[]>;

const honest: Answer = async (_time, from, count) => HONEST.slice(from - 1, from - 1 + count);
/** Serves the right blocks with the first one changed. */
const changing =
  (change: (block: CertifiedBlock, next: CertifiedBlock) => CertifiedBlock): Answer =>
  async (time, from, count) => {
    const [first, second, ...rest] = (await honest(time, from, count)) as CertifiedBlock[];
    return first && second ? [change(first, second), second, ...rest] : [];
  };
const after = <T>(time: ManualTime, ms: number, value: () => T | Promise<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    time.after(ms, () => void Promise.resolve().then(value).then(resolve, reject));
  });
const refuse = (reason: string) => (): never => {
  throw new Error(reason);
};

/** A node that knows a liar and, unless left out, an honest peer; by chance it would always ask the liar. */
function setup(lie: Answer, options: { readonly claim?: number; readonly alone?: boolean } = {}) {
  const { claim = CHAIN_LENGTH, alone = false } = options;
  const time = new ManualTime();
  const chain = new FakeChain(GENESIS_HASH, setOf(SET));
  const safetyStop = new SafetyStop({
    ...{ fileSystem: new CrashFileSystem(), directory: "/evidence", log: silentLog, onStop: () => {} },
  });
  const asked = { liar: 0, honest: 0 };
  const penalised = new Map<string, number>();
  const refused: string[] = [];
  const failures: unknown[] = [];
  const heights = new Map([["liar", claim]]);
  if (!alone) heights.set("honest", CHAIN_LENGTH);
  const importer = new BlockImporter({
    ...{ execution: chain.execution, domain: DOMAIN, recover, safetyStop, overrides: [] },
    bodyFault: (block) => (block.transactionCount > 0 ? "H1.transactionsRoot" : null),
    onHead: () => {},
  });
  const synchroniser = new Synchroniser({
    network: {
      peers: () => [...heights].map(([id, height]): Peer => ({ id, validator: null, height, score: 0 })),
      requestBlocks: (peer, from, count) => {
        asked[peer as keyof typeof asked] += 1;
        return (peer === "liar" ? lie : honest)(time, from, count).then((blocks) => [...blocks]);
      },
      penalise: (peer, rule, points) => {
        assert.equal(peer, "liar");
        penalised.set(rule, (penalised.get(rule) ?? 0) + points);
      },
    },
    conflicts: new ConflictWatch({
      ...{ reader: chain.reader, domain: DOMAIN, recover, epochLength: 1_000, safetyStop },
    }),
    ...{ importer, head: () => chain.head(), blockPeriodSeconds: 1, clock: time, timers: time },
    ...{ random: () => 0, log: silentLog },
    onRefused: (rule) => refused.push(rule),
    onFailure: (error) => failures.push(error),
  });
  const startedAtMs = time.monotonicMs();
  synchroniser.start();
  synchroniser.announced("liar", claim);
  return {
    ...{ time, chain, safetyStop, asked, penalised, refused, failures, heights, synchroniser },
    /** Virtual milliseconds until the head is there. */
    async catchUp(boundMs: number): Promise<number> {
      while (chain.head().height < CHAIN_LENGTH) {
        await time.advance(100);
        if (time.monotonicMs() - startedAtMs > boundMs)
          assert.fail(`at ${chain.head().height} after ${boundMs} ms`);
      }
      return time.monotonicMs() - startedAtMs;
    },
  };
}

describe("Synchroniser among lying peers (N3, N5)", () => {
  const lies: Record<string, readonly [rule: string, lie: Answer]> = {
    "a wrong block under the right certificate": [
      "N3.checkpoint.blockHash",
      changing(({ certificate }) => ({ block: (FORK[0] as CertifiedBlock).block, certificate })),
    ],
    "a certified block on another parent": [
      "N3.parent",
      changing(({ block: { height } }) => {
        const block = fakeBlock({ height, parentHash: `0x${"0f".repeat(32)}`, validators: setOf(SET) });
        return { block, certificate: certify(checkpointOf(block, SET), DOMAIN, SET) };
      }),
    ],
    "a wrong certificate": [
      "N3.checkpoint.height",
      changing(({ block }, { certificate }) => ({ block, certificate })),
    ],
    "seals below the quorum": [
      "N3.BelowQuorum",
      changing(({ block }) => ({
        block,
        certificate: certify(checkpointOf(block, SET), DOMAIN, SET, SET.slice(0, 2)),
      })),
    ],
    "seals of a wrong set": [
      "N3.checkpoint.validatorSetHash",
      changing(({ block }) => ({
        block,
        certificate: certify(checkpointOf(block, STRANGERS), DOMAIN, STRANGERS),
      })),
    ],
    "a wrong set under the right hash": [
      "N3.SealMismatch",
      changing(({ block }) => ({
        block,
        certificate: certify(checkpointOf(block, SET), DOMAIN, STRANGERS, STRANGERS.slice(0, 3)),
      })),
    ],
    "a swapped body": [
      "H1.transactionsRoot",
      changing(({ block, certificate }) => ({ block: { ...block, transactionCount: 1 }, certificate })),
    ],
  };
  for (const [what, [rule, lie]] of Object.entries(lies)) {
    it(`${what}: refused by ${rule} before execution, scored, and the blocks come from another peer`, async () => {
      const { chain, asked, penalised, refused, failures, safetyStop, catchUp } = setup(lie);
      await catchUp(1_000);
      assert.deepEqual([...penalised], [[rule, 50]]);
      assert.deepEqual(refused, [rule]);
      assert.equal(asked.liar, 1);
      assert.equal(chain.executedBlocks, CHAIN_LENGTH);
      assert.deepEqual([failures, safetyStop.reason], [[], null]);
    });
  }

  it("endless empty answers: scored, never a ban, and asked ever more seldom", async () => {
    const { asked, penalised, refused, time, synchroniser } = setup(async () => [], { alone: true });
    await time.advance(600_000);
    await synchroniser.stop();
    assert.ok(asked.liar >= 5 && asked.liar <= 16, `asked ${asked.liar} times in ten minutes`);
    assert.deepEqual([...penalised], [["N3.emptyAnswer", 5 * asked.liar]]);
    assert.equal(refused.length, asked.liar);
  });

  it("endless empty answers hold nobody up who knows another peer", async () => {
    const { asked, catchUp } = setup(async () => []);
    await catchUp(1_000);
    assert.equal(asked.liar, 1);
  });

  it("stalling: one request is lost, then another peer is asked", async () => {
    const stall: Answer = (time) => after(time, REQUEST_TIMEOUT_MS, refuse("RequestTimeout"));
    const { asked, catchUp } = setup(stall);
    await catchUp(REQUEST_TIMEOUT_MS + 1_000);
    assert.equal(asked.liar, 1);
  });

  it("stalling, hanging up and calling again: it is still the same peer", async () => {
    const stall: Answer = (time) => after(time, 100, refuse("PeerLost"));
    const { asked, time, heights, synchroniser } = setup(stall, { alone: true });
    for (let i = 0; i < 100; i++) {
      await time.advance(200);
      heights.delete("liar");
      synchroniser.peerGone("liar");
      heights.set("liar", CHAIN_LENGTH);
      synchroniser.announced("liar", CHAIN_LENGTH);
    }
    assert.ok(asked.liar <= 4, `asked ${asked.liar} times in twenty seconds`);
  });

  it("answering slowly, one block at a time: others are asked first from then on", async () => {
    const drip: Answer = (time, from) => after(time, 9_000, () => HONEST.slice(from - 1, from));
    const { asked, penalised, catchUp } = setup(drip);
    await catchUp(10_000);
    assert.equal(asked.liar, 1);
    assert.deepEqual([...penalised], [["N3.slowAnswer", 1]]);
  });

  it("a slow peer is better than none", async () => {
    const drip: Answer = (time, from) => after(time, 2_000, () => HONEST.slice(from - 1, from));
    const { chain, time } = setup(drip, { alone: true });
    await time.advance(21_000);
    assert.equal(chain.head().height, 10);
  });

  it("other heights than asked, an oversized or a malformed answer: the network refuses it, another peer is asked", async () => {
    const { asked, catchUp } = setup(async () => refuse("AnswerMalformed")());
    await catchUp(1_000);
    assert.equal(asked.liar, 1);
  });

  it("an absurd height: nobody waits for it, nobody is told of it (F4)", async () => {
    const { chain, time, synchroniser, catchUp, asked } = setup(async () => [], { claim: ABSURD_HEIGHT });
    assert.ok(synchroniser.highestClaim < 10_000, `${synchroniser.highestClaim}`);
    await catchUp(1_000);
    await time.advance(600_000);
    assert.equal(chain.head().height, CHAIN_LENGTH);
    assert.ok(asked.liar <= 16, `asked ${asked.liar} times in ten minutes`);
    await synchroniser.stop();
  });

  it("forged conflicts pushed unasked: each costs the peer, none is evidence (F2)", async () => {
    const { chain, penalised, safetyStop, synchroniser, catchUp } = setup(honest, { alone: true });
    await catchUp(1_000);
    const { block, certificate } = FORK[4] as CertifiedBlock;
    await synchroniser.decided("liar", { block, certificate: { ...certificate, signers: 3n } });
    await synchroniser.decided("liar", HONEST[4] as CertifiedBlock);
    assert.deepEqual([...penalised], [["F2.seals", 50]]);
    assert.deepEqual([safetyStop.reason, chain.head().height], [null, CHAIN_LENGTH]);
    await synchroniser.stop();
  });

  it("a new node far behind needs one honest peer, not a number of peers", async () => {
    const { asked, heights, synchroniser, catchUp } = setup(honest, { alone: true });
    assert.equal(heights.size, 1);
    await catchUp(1_000);
    assert.equal(asked.liar, Math.ceil(CHAIN_LENGTH / 64));
    await synchroniser.stop();
  });

  it("who lied is asked again after a minute, and serves if it has become honest", async () => {
    let lying = true;
    const forged = changing(({ block }, { certificate }) => ({ block, certificate }));
    const lie: Answer = (...request) => (lying ? forged : honest)(...request);
    const { chain, time, synchroniser } = setup(lie, { alone: true });
    await time.advance(59_000);
    assert.equal(chain.head().height, 0);
    lying = false;
    await time.advance(7_000);
    assert.equal(chain.head().height, CHAIN_LENGTH);
    await synchroniser.stop();
  });
});
