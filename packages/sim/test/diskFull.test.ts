import assert from "node:assert/strict";
import type { Knobs } from "../src/run/knobs.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";
import { isErrorCode } from "./support/isErrorCode.js";

const SLOW_MS = 300_000;
const HEIGHTS = 4;

describe("a full disk", () => {
  for (const [name, knobs] of [
    ["at every write of a validator", calmKnobs(4)],
    [
      "at every write of a validator that also stores evidence",
      calmKnobs(7, { actors: { 3: "equivocator" } }),
    ],
  ] as const) {
    it(`W6: ${name}: its process ends with the reason and signs no more, others go on, with space it is back`, async () => {
      const writes = await writesOf(knobs);
      for (let taken = 0; taken < writes; taken += 1) await fill(knobs, taken);
      assert.ok(writes > 2 * HEIGHTS, `only ${writes} writes`);
      console.log(`      ${writes} writes`);
    }).timeout(SLOW_MS);
  }
});

async function writesOf(knobs: Knobs): Promise<number> {
  const scene = new Scene("disk full", knobs);
  const before = scene.node(0).disk.count;
  await play(scene, () => begin(scene));
  return scene.node(0).disk.count - before;
}

async function begin(scene: Scene): Promise<void> {
  scene.submitEvery(400);
  scene.simulation.startAll();
  await scene.goOn(HEIGHTS, 120_000, others(scene));
}

async function fill(knobs: Knobs, writesTaken: number): Promise<void> {
  const scene = new Scene("disk full", knobs);
  const { disk, key } = scene.node(0);
  const { checkers } = scene.simulation;
  let ended: unknown = null;
  checkers.expects = (rule, node, what) => {
    if (rule !== "W6" || node !== 0) return false;
    ended = what;
    scene.kill(0);
    return true;
  };
  checkers.onSigned = ({ author, kind }) => {
    if (author === key && ended !== null) assert.fail(`signed a ${kind} after its end`);
  };
  await play(scene, async () => {
    disk.failAfter(writesTaken);
    await begin(scene);
    // Evidence that cannot be stored ends nothing; the next vote does.
    await scene.reach(`the end of the process, ${writesTaken} writes taken`, 60_000, () => ended !== null);
    assert.ok(isErrorCode("RecordWriteFailed")(ended), `${writesTaken} writes taken: ${ended}`);
    assert.match(`${ended}`, /cannot be written \(ENOSPC.*the node stops \(W6\)/);
    await scene.goOn(2, 120_000, others(scene));
    scene.checkRecord(0);
    disk.failAfter(Number.POSITIVE_INFINITY);
    ended = null;
    scene.start(0);
    await scene.goOn(3, 120_000);
  });
}

function others(scene: Scene): number[] {
  return scene.honest().filter((index) => index !== 0);
}
