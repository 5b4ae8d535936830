import type { ChainBackend } from "../backend/chainBackend.js";
import type { PointKind } from "../node/life.js";
import type { Knobs } from "../run/knobs.js";
import { type Keeps, play, Scene } from "./scene.js";

/** A run that is the same every time, up to the crash put into it. */
export interface Course {
  readonly seed: string;
  readonly knobs: Knobs;
  /** What nodes are made of; by default the model. */
  readonly backend?: ChainBackend;
  /** Before anything starts: what happens besides blocks. */
  readonly prepare?: (scene: Scene) => void;
  /** Called before each write and send; must not draw or decide anything about crashes. */
  readonly onPoint?: (scene: Scene, kind: PointKind) => void;
  /** Heights until the last point that is counted. */
  readonly heights: number;
}

export interface Crash {
  /** Who dies; everybody when null. */
  readonly node: number | null;
  /** 1 for the first write or send of that node, or of anybody. */
  readonly point: number;
  /** null where only the process dies: what it wrote is in the machine's memory until that loses power. */
  readonly keeps: Keeps | null;
  /** A second crash, in which the machine loses power, at so many points after the restart. */
  readonly again?: number;
}

const TRANSACTION_EVERY_MS = 400;
const COURSE_MS_MAX = 120_000;
/** Heights everybody must reach beyond the course's, whatever happened. */
const HEIGHTS_AFTER = 3;
const DOWN_MS = 300;

/** The kinds of a course's points, one after another: those of one node, or of all when null. */
export async function pointsOf(course: Course, node: number | null): Promise<PointKind[]> {
  const kinds: PointKind[] = [];
  const scene = begin(course, (index, kind) => {
    if (node === null || index === node) kinds.push(kind);
    return false;
  });
  await play(scene, () => arrive(scene, course.heights));
  return kinds;
}

/** What a crash met, by which one sees that it was not in vain. */
export interface Outcome {
  /** Before which writes or sends nodes died, one after another. */
  readonly met: readonly PointKind[];
  /** Whether something written was not yet synced. */
  readonly unsynced: boolean;
  /** Points from the restart until the node finalized another height. */
  readonly recovery: readonly PointKind[];
  readonly coverage: Readonly<Record<string, number>>;
}

/**
 * Repeat a course with a crash in it, restart, and go on.
 * @throws Violation when a rule did not hold, "liveness" when the network did not go on; Error when the course was over
 * before the point, or the second one, was met.
 */
export async function crashAt(course: Course, { node, point, keeps, again }: Crash): Promise<Outcome> {
  let seen = 0;
  let unsynced = false;
  const met: PointKind[] = [];
  const wanted = again === undefined ? 1 : 2;
  const recovery: PointKind[] = [];
  let startedAt: number | null = null;

  const scene = begin(course, (index, kind) => {
    if (node !== null && index !== node) return false;
    if (met.length === wanted) {
      startedAt ??= scene.heightOf(index);
      if (scene.heightOf(index) === startedAt) recovery.push(kind);
      return false;
    }
    seen += 1;
    if (seen !== (met.length === 0 ? point : again)) return false;
    met.push(kind);
    const left = met.length === 2 ? (keeps ?? "none") : keeps;
    seen = 0;
    const victims = node === null ? scene.simulation.nodes.map((each) => each.index) : [node];
    unsynced ||= victims.some((victim) => scene.node(victim).hasUnsynced);
    scene.kill(...victims.filter((victim) => victim !== index));
    scene.simulation.clockwork.later(DOWN_MS, () => {
      if (left !== null) for (const victim of victims) scene.losePower(victim, left);
      scene.start(...victims);
    });
    return true;
  });
  await play(scene, async () => {
    await arrive(scene, course.heights + HEIGHTS_AFTER);
    for (const index of scene.honest()) scene.checkRecord(index);
  });
  if (met.length < wanted)
    throw new Error(`${course.seed}: over after ${met.length} crashes; wanted at ${point}, then at ${again}`);
  return { met, unsynced, recovery, coverage: scene.simulation.coverage.table() };
}

/** How often each kind occurs. */
export function countKinds(kinds: readonly PointKind[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function begin(course: Course, hook: (index: number, kind: PointKind) => boolean): Scene {
  const { seed, knobs, backend, prepare, onPoint } = course;
  const scene = new Scene(seed, knobs, backend);
  scene.simulation.pointHook = ({ index }, kind) => {
    onPoint?.(scene, kind);
    return hook(index, kind);
  };
  prepare?.(scene);
  scene.submitEvery(TRANSACTION_EVERY_MS);
  scene.simulation.startAll();
  return scene;
}

async function arrive(scene: Scene, height: number): Promise<void> {
  const arrived = () => scene.honest().every((index) => scene.heightOf(index) >= height);
  await scene.reach(`everybody at height ${height}`, COURSE_MS_MAX, arrived);
}
