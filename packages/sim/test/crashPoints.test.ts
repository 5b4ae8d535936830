import assert from "node:assert/strict";
import { SafetyRecord } from "@causeway/node/record/safetyRecord";
import type { Block } from "@causeway/protocol/block";
import { realBackend } from "../src/backend/realBackend.js";
import { fastSigner } from "../src/model/fastSigner.js";
import { Life, POINT_KINDS, type PointKind } from "../src/node/life.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import {
  type Course,
  type Crash,
  countKinds,
  crashAt,
  type Outcome,
  pointsOf,
} from "../src/scenarios/crashPoints.js";
import { KEEPS, type Keeps, type Scene } from "../src/scenarios/scene.js";
import {
  ALWAYS,
  EVIDENCE,
  HELP,
  RESUMING,
  ROTATION,
  ROUND_CHANGES,
  STOPPING,
  WRITES,
} from "./support/expectedPoints.js";
import { largeBlock } from "./support/largeBlock.js";

const SLOW_MS = 300_000;
/** Every point of a power loss instead of a sample, second crashes after every first. */
const RECOVERY_STRIDE = 5;
const HEAVY = process.env.CAUSEWAY_SIM_HEAVY === "1";

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

describe("a crash at every write and send", () => {
  it("W6: leaves out no kind of either; those of a safety stop are among the conflicts", () => {
    const met = [ALWAYS, ROUND_CHANGES, EVIDENCE, ROTATION, HELP, STOPPING, RESUMING].flat();
    assert.deepEqual([...new Set(met)].sort(), [...POINT_KINDS].sort());
  });

  it("W1, W2, W3, W4, W6: four validators, each point of one", async () => {
    await everyPoint(healthy, 0, ALWAYS);
  }).timeout(SLOW_MS);

  it("W1, W2, W3, W6: a validator alone, each point", async () => {
    await everyPoint(alone, 0, WRITES);
  }).timeout(SLOW_MS);

  it("W1, W2, W3, W4, W6: four validators with the chain's own block store and keys, each write of one and the first send of each kind", async () => {
    const knobs = calmKnobs(4, { execution: "real" });
    const real = {
      seed: "crash points of real execution",
      knobs,
      backend: await realBackend(knobs),
      heights: 2,
    };
    await everyPoint(
      real,
      0,
      ALWAYS,
      (kind, i, points) => !kind.startsWith("send.") || points.indexOf(kind) === i,
    );
  }).timeout(SLOW_MS);

  it("W1, W2, W3, W6, C5, C8: a prepared block carried over into later rounds, each point of one", async () => {
    const { reproposed } = await everyPoint(carriedOver, 0, [...ALWAYS, ...ROUND_CHANGES]);
    assert.ok(reproposed > 0, "no run proposed a prepared block again");
  }).timeout(SLOW_MS);

  it("W1, W2, W6, F3: while evidence is written, each point of one", async () => {
    await everyPoint(amidEquivocation, 0, [...ALWAYS, ...EVIDENCE]);
  }).timeout(SLOW_MS);

  it("W2, W4, W6: while the record is written anew without its decided heights, each point of one", async () => {
    const points = await pointsOf(rotating, 0);
    const met: PointKind[] = [];
    for (const [i, kind] of points.entries()) {
      if (!isOneOf(ROTATION, kind)) continue;
      for (const keeps of Object.keys(KEEPS) as Keeps[])
        await crash(rotating, kind, { node: 0, point: i + 1, keeps });
      met.push(kind);
    }
    report(rotating.seed, met);
    assertMet(met, ROTATION);
  }).timeout(SLOW_MS);

  it("W6, C11, N3: while helping one that was cut off, each answer of one", async () => {
    const points = await pointsOf(helping, 0);
    const met: PointKind[] = [];
    for (const [i, kind] of points.entries()) {
      if (!isOneOf(HELP, kind)) continue;
      await crash(helping, kind, { node: 0, point: i + 1, keeps: "none" });
      met.push(kind);
    }
    report(helping.seed, met);
    assertMet(met, HELP);
  }).timeout(SLOW_MS);

  it("W3, W5, W6: and a second crash during the recovery, from each kind of torn or lost write", async () => {
    const points = await pointsOf(healthy, 0);
    // The first of each kind at a height where the node proposes, and every append and fsync.
    const chosen = points.flatMap((kind, i) =>
      kind.startsWith("record.") || points.indexOf(kind) === i ? [i + 1] : [],
    );
    const met: PointKind[] = [];
    for (const point of HEAVY ? points.map((_, i) => i + 1) : chosen)
      for (const keeps of ["half", "none"] as const) {
        const first = points[point - 1] as PointKind;
        const { recovery, unsynced } = await crash(healthy, first, { node: 0, point, keeps });
        if (keeps === "none" && unsynced) continue;
        for (const [i, kind] of recovery.entries()) {
          const isSampled = HEAVY || i % RECOVERY_STRIDE === point % RECOVERY_STRIDE;
          if (!isSampled && met.includes(kind)) continue;
          await crash(healthy, kind, { node: 0, point, keeps, again: i + 1 });
          met.push(kind);
        }
      }
    report("crashes during recovery", met);
    assertMet(met, ROTATION);
  }).timeout(SLOW_MS);

  it("W2, W4, W6: a process killed before each sync, and its machine losing power during the recovery: what was relied on is there", async () => {
    const points = await pointsOf(healthy, 0);
    const met: PointKind[] = [];
    for (const [i, kind] of points.entries()) {
      const killed = { node: 0, point: i + 1, keeps: null };
      if (kind !== "record.fsync" && kind !== "block.fsync") continue;
      const { recovery } = await crash(healthy, kind, killed);
      for (const [at, next] of recovery.entries()) {
        if (!HEAVY && at > 0 && at % RECOVERY_STRIDE !== i % RECOVERY_STRIDE) continue;
        await crash(healthy, next, { ...killed, again: at + 1 });
        met.push(next);
      }
    }
    report("power losses after a kill", met);
    assertMet(met, ["record.fsync", "block.fsync", "send.prepare", "send.commit"]);
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
      for (const [i, kind] of points.entries()) {
        if (!HEAVY && i % stride !== 0 && kind !== "block.fsync") continue;
        const point = i + 1;
        const keeps = kinds[point % kinds.length] as Keeps;
        await crash(course, kind, { node: null, point, keeps });
        met.push(kind);
      }
      report(`power losses, ${name}`, met);
      assertMet(met, ["record.append", "record.fsync", "block.fsync", "send.commit"]);
    }).timeout(SLOW_MS);
  }
});

/** Crash one node at each of its points, or at those chosen, with what was not synced lost, torn and kept. */
async function everyPoint(
  course: Course,
  node: number,
  expected: readonly PointKind[],
  isChosen: (kind: PointKind, i: number, points: readonly PointKind[]) => boolean = () => true,
) {
  const points = await pointsOf(course, node);
  const met: PointKind[] = [];
  const total = { reproposed: 0, torn: 0, blocksLost: 0, blocksKept: 0 };
  for (const [i, kind] of points.entries()) {
    if (!isChosen(kind, i, points)) continue;
    const at = { node, point: i + 1 };
    const outcomes = [await crash(course, kind, { ...at, keeps: "none" })];
    if (outcomes[0]?.unsynced === true) {
      total.torn += 1;
      for (const keeps of ["half", "all"] as const)
        outcomes.push(await crash(course, kind, { ...at, keeps }));
    }
    for (const { coverage } of outcomes) {
      total.reproposed += coverage["re-proposal decided"] ?? 0;
      total.blocksLost += coverage["unsynced block lost"] ?? 0;
      total.blocksKept += coverage["unsynced block kept"] ?? 0;
    }
    met.push(kind);
  }
  report(course.seed, met);
  assertMet(met, expected);
  assert.ok(total.torn > 0, "no write was ever unsynced");
  assert.ok(total.blocksLost > 0 && total.blocksKept > 0, "no block was lost or kept before it was synced");
  return total;
}

/** A crash that comes where it was planned. */
async function crash(course: Course, kind: PointKind, planned: Crash): Promise<Outcome> {
  const outcome = await crashAt(course, planned);
  assert.equal(outcome.met.at(-1), kind, `${course.seed}: ${JSON.stringify(planned)}`);
  return outcome;
}

function isOneOf(kinds: readonly PointKind[], kind: PointKind): boolean {
  return kinds.includes(kind);
}

function assertMet(met: readonly PointKind[], expected: readonly PointKind[]): void {
  const counts = countKinds(met);
  for (const kind of expected) assert.ok((counts[kind] ?? 0) > 0, `no crash at ${kind}`);
}

function report(what: string, points: readonly PointKind[]): void {
  const counts = Object.entries(countKinds(points)).map(([kind, times]) => `${kind} ${times}`);
  console.log(`      ${what}: ${points.length} points: ${counts.join(", ")}`);
}

let large: Block | null = null;

/** Put a large block of a height long decided into a node's record. */
function fatten(scene: Scene, index: number): void {
  const { key, disk, paths } = scene.node(index);
  const { genesisHash } = scene.simulation;
  const location = { directory: paths.safety, key, genesisHash };
  const record = SafetyRecord.open(disk.open(new Life(() => false)), location);
  large ??= largeBlock(ROTATE_BYTES, 0);
  const block = large;
  const payload = { height: 0, round: 0, blockHash: block.hash };
  const wanted = { author: key, signing: { kind: "prepare", payload }, block, prepares: [] } as const;
  record?.signOnce(wanted, () => fastSigner([key]).sign(key, genesisHash));
  record?.close();
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
