import assert from "node:assert/strict";
import { encodeBlock } from "@causeway/chain/codec/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import { SafetyRecord } from "@causeway/node/record/safetyRecord";
import { type Block, decodeBlock } from "@causeway/protocol/block";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { encodeRlp, getBytes } from "ethers";
import { fastSigner } from "../src/model/fastSigner.js";
import { modelGenesis, modelGenesisHeader } from "../src/model/modelGenesis.js";
import { Life, type PointKind } from "../src/node/life.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { type Course, countKinds, crashAt, pointsOf } from "../src/scenarios/crashPoints.js";
import { KEEPS, type Keeps, type Scene } from "../src/scenarios/scene.js";

const SLOW_MS = 300_000;
/** Every point of a power loss instead of a sample, second crashes after every first. */
const RECOVERY_STRIDE = 5;
const HEAVY = process.env.CAUSEWAY_SIM_HEAVY === "1";

/** What any run of a validator that gossips and syncs does. */
const ALWAYS: readonly PointKind[] = [
  ...(["record.append", "record.fsync", "block.write", "block.written"] as const),
  ...(["send.proposal", "send.prepare", "send.commit", "send.head", "send.transaction"] as const),
];
const EVIDENCE: readonly PointKind[] = [
  "evidence.append",
  "evidence.write",
  "evidence.fsync",
  "evidence.directory",
];

const healthy: Course = { seed: "crash points", knobs: calmKnobs(4), heights: 4 };
const alone: Course = { seed: "crash points alone", knobs: calmKnobs(1), heights: 6 };
/** COMMITs of heights 2 and 4 are lost, so that a prepared block is proposed again in a later round. */
const carriedOver: Course = {
  seed: "crash points of round changes",
  knobs: calmKnobs(4),
  heights: 5,
  onPoint: loseCommits([2, 4]),
};
const amidEquivocation: Course = {
  seed: "crash points amid equivocation",
  knobs: calmKnobs(4, { actors: { 3: "equivocator" } }),
  heights: 4,
};

/** Its record is past the size at which decided heights are dropped from the file. */
const rotating: Course = {
  seed: "crash points of a rotation",
  knobs: calmKnobs(4),
  heights: 2,
  prepare: (scene) => fatten(scene, 0),
};
const ROTATION: readonly PointKind[] = ["record.write", "record.rename", "record.directory", "record.fsync"];
const ROTATE_BYTES = 4 * 1024 * 1024;

/** One of the others is cut off for some heights and is helped to come back. */
const helping: Course = {
  seed: "crash points of helping one that was cut off",
  knobs: calmKnobs(4),
  heights: 6,
  prepare: (scene) => {
    scene.simulation.clockwork.later(1_500, () => scene.cut([3], [0, 1, 2]));
    scene.simulation.clockwork.later(5_300, () => scene.mend());
  },
};
const HELP: readonly PointKind[] = ["send.decided", "send.request", "send.answer"];

describe("a crash at every write and send", () => {
  it("W1, W2, W3, W4, W6: four validators, each point of one", async () => {
    await everyPoint(healthy, 0, ALWAYS);
  }).timeout(SLOW_MS);

  it("W1, W2, W3, W6: a validator alone, each point", async () => {
    await everyPoint(alone, 0, ["record.append", "record.fsync", "block.write", "block.written"]);
  }).timeout(SLOW_MS);

  it("W1, W2, W3, W6, C5, C8: a prepared block carried over into later rounds, each point of one", async () => {
    const { reproposed } = await everyPoint(carriedOver, 0, [...ALWAYS, "send.round-change"]);
    assert.ok(reproposed > 0, "no run proposed a prepared block again");
  }).timeout(SLOW_MS);

  it("W1, W2, W6, F3: while evidence is written, each point of one", async () => {
    await everyPoint(amidEquivocation, 0, [...ALWAYS, ...EVIDENCE]);
  }).timeout(SLOW_MS);

  it("W2, W4, W6: while the record is written anew without its decided heights, each point of one", async () => {
    const points = await pointsOf(rotating, 0);
    const met: PointKind[] = [];
    for (const [i, kind] of points.entries()) {
      if (!ROTATION.includes(kind)) continue;
      for (const keeps of Object.keys(KEEPS) as Keeps[])
        await crashAt(rotating, { node: 0, point: i + 1, keeps });
      met.push(kind);
    }
    report(rotating.seed, met);
    for (const kind of ROTATION) assert.ok(met.includes(kind), `no crash at ${kind}`);
  }).timeout(SLOW_MS);

  it("W6, C11, N3: while helping one that was cut off, each answer of one", async () => {
    const points = await pointsOf(helping, 0);
    const met = points.filter((kind) => HELP.includes(kind));
    for (const [i, kind] of points.entries())
      if (HELP.includes(kind)) await crashAt(helping, { node: 0, point: i + 1, keeps: "none" });
    report(helping.seed, met);
    for (const kind of HELP) assert.ok(met.includes(kind), `no crash at ${kind}`);
  }).timeout(SLOW_MS);

  it("W3, W5, W6: and a second crash at every point of the recovery, from each kind of torn or lost write", async () => {
    const points = await pointsOf(healthy, 0);
    // The first of each kind at a height where the node proposes, and every append and fsync.
    const chosen = points.flatMap((kind, i) =>
      kind.startsWith("record.") || points.indexOf(kind) === i ? [i + 1] : [],
    );
    const met: PointKind[] = [];
    for (const point of HEAVY ? points.map((_, i) => i + 1) : chosen)
      for (const keeps of ["half", "none"] as const) {
        const { recovery, unsynced } = await crashAt(healthy, { node: 0, point, keeps });
        if (keeps === "none" && unsynced) continue;
        for (const [i, kind] of recovery.entries()) {
          const isSampled = HEAVY || i % RECOVERY_STRIDE === point % RECOVERY_STRIDE;
          if (!isSampled && met.includes(kind)) continue;
          await crashAt(healthy, { node: 0, point, keeps, again: i + 1 });
          met.push(kind);
        }
      }
    report("crashes during recovery", met);
    for (const kind of ["record.write", "record.rename", "record.directory", "record.fsync"] as const)
      assert.ok(met.includes(kind), `no crash at ${kind} of a recovery`);
  }).timeout(SLOW_MS);
});

describe("all validators losing power at once", () => {
  for (const [name, course, stride] of [
    ["four validators", healthy, 7],
    ["with a prepared block carried over", carriedOver, 11],
  ] as const) {
    it(`W2, W3, W4, W6: ${name}, at points all over the run: it goes on by itself`, async () => {
      const points = await pointsOf(course, null);
      const met: PointKind[] = [];
      const kinds = Object.keys(KEEPS) as Keeps[];
      for (let point = 1; point <= points.length; point += HEAVY ? 1 : stride) {
        const keeps = kinds[point % kinds.length] as Keeps;
        await crashAt(course, { node: null, point, keeps });
        met.push(points[point - 1] as PointKind);
      }
      report(`power losses, ${name}`, met);
      for (const kind of ["record.append", "record.fsync", "send.commit"] as const)
        assert.ok(met.includes(kind), `no power loss at ${kind}`);
    }).timeout(SLOW_MS);
  }
});

/** Crash one node at each of its points, with what was not synced lost, torn and kept. */
async function everyPoint(course: Course, node: number, expected: readonly PointKind[]) {
  const points = await pointsOf(course, node);
  let torn = 0;
  let reproposed = 0;
  for (let point = 1; point <= points.length; point++) {
    const { unsynced, missed, coverage } = await crashAt(course, { node, point, keeps: "none" });
    assert.equal(missed, false, `point ${point} was not met again`);
    reproposed += coverage["re-proposal decided"] ?? 0;
    if (!unsynced) continue;
    torn += 1;
    for (const keeps of ["half", "all"] as const) await crashAt(course, { node, point, keeps });
  }
  report(course.seed, points);
  const counts = countKinds(points);
  for (const kind of expected) assert.ok((counts[kind] ?? 0) > 0, `no point of kind ${kind}`);
  assert.ok(torn > 0, "no write was ever unsynced");
  return { reproposed };
}

function report(what: string, points: readonly PointKind[]): void {
  const counts = Object.entries(countKinds(points)).map(([kind, times]) => `${kind} ${times}`);
  console.log(`      ${what}: ${points.length} points: ${counts.join(", ")}`);
}

/** Put a large block of a height long decided into a node's record. */
function fatten(scene: Scene, index: number): void {
  const { key, disk, paths } = scene.node(index);
  const { genesisHash } = scene.simulation;
  const location = { directory: paths.safety, key, genesisHash };
  const record = SafetyRecord.open(disk.open(new Life(() => false)), location);
  const block = largeBlock();
  const payload = { height: 0, round: 0, blockHash: block.hash };
  const wanted = { author: key, signing: { kind: "prepare", payload }, block, prepares: [] } as const;
  record?.signOnce(wanted, () => fastSigner([key]).sign(key, genesisHash));
  record?.close();
}

let large: Block | null = null;

function largeBlock(): Block {
  if (large !== null) return large;
  const data = new Uint8Array(ROTATE_BYTES);
  const fields = ["0x01", "0x01", "0x5208", ZERO_ADDRESS, "0x", data, "0x1b", "0x01", "0x01"];
  const transactions = [{ raw: getBytes(encodeRlp(fields)) }] as unknown as readonly Transaction[];
  large = decodeBlock(encodeBlock(modelGenesisHeader(modelGenesis({}, [])), transactions));
  return large;
}

/** Relays of a decided height's COMMITs are over after this long. */
const RELAYED_MS = 200;

/**
 * From the first COMMIT of a height on nothing arrives, until somebody asks for another round: who is prepared stays so, and
 * nobody decides.
 */
function loseCommits(heights: readonly number[]) {
  const entered = new WeakMap<Scene, { height: number; atMs: number; done: boolean }>();
  return (scene: Scene, kind: PointKind) => {
    const { links, checkers, nowMs } = scene.simulation;
    const height = checkers.highest + 1;
    const known = entered.get(scene);
    const here = known?.height === height ? known : { height, atMs: nowMs, done: false };
    entered.set(scene, here);
    if (!heights.includes(height) || here.done) return;
    if (kind === "send.commit" && nowMs > here.atMs + RELAYED_MS) links.faults = { ...links.faults, loss: 1 };
    if (kind !== "send.round-change") return;
    here.done = true;
    links.faults = { ...links.faults, loss: 0 };
  };
}
