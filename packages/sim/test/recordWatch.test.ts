import assert from "node:assert/strict";
import { SafetyRecord } from "@causeway/node/record/safetyRecord";
import { readRecord } from "../src/checkers/readRecord.js";
import { Violation } from "../src/checkers/violation.js";
import { fastSigner } from "../src/model/fastSigner.js";
import { Life } from "../src/node/life.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { Scene } from "../src/scenarios/scene.js";
import { largeBlock } from "./support/largeBlock.js";

const ROUNDS = 10;
/** A record of ten rounds with such blocks is past 4 MiB at the ninth. */
const LARGE = 500_000;
const SMALL = 100;

describe("what a safety record may lack (W2, decision 0022)", () => {
  it("earlier rounds of its height, once the node has written it anew past 4 MiB", () => {
    const scene = speak(LARGE);
    assert.ok(roundsIn(scene).length < ROUNDS, "nothing was forgotten");
    scene.losePower(0, "none");
    scene.checkRecord(0);
  });

  it("nothing of a small one", () => {
    const scene = speak(SMALL);
    scene.checkRecord(0);
    forget(scene, [0]);
    assert.throws(() => scene.checkRecord(0), isOfRule("W2"));
  });

  it("nothing that was said after it was written anew", () => {
    const scene = speak(LARGE);
    const last = ROUNDS - 1;
    assert.ok(roundsIn(scene).includes(last));
    forget(scene, [last]);
    assert.throws(() => scene.checkRecord(0), isOfRule("W2"));
  });
});

/** Node 0 prepares a block of this size in one round of height 1 after the other, and decides nothing. */
function speak(bytes: number): Scene {
  const scene = new Scene("record watch", calmKnobs(4));
  const { key } = scene.node(0);
  const record = openRecord(scene);
  for (let round = 0; round < ROUNDS; round++) {
    const block = largeBlock(bytes, round);
    const payload = { height: 1, round, blockHash: block.hash };
    const wanted = { author: key, signing: { kind: "prepare", payload }, block, prepares: [] } as const;
    const { signature } = record.signOnce(wanted, () => fastSigner([key]).sign(key, block.hash));
    scene.simulation.checkers.sent({ author: key, kind: "prepare", payload, signature });
  }
  record.close();
  return scene;
}

/** The record's file without some rounds, as no node would write it. */
function forget(scene: Scene, rounds: readonly number[]): void {
  const { disk, key, paths } = scene.node(0);
  const { genesisHash } = scene.simulation;
  const kept = readRecord(scene.node(0), genesisHash).filter(
    ({ signing }) => !rounds.includes(signing.payload.round),
  );
  for (const path of disk.paths()) if (path.endsWith(".record")) disk.lose(path);
  const location = { directory: paths.safety, key, genesisHash };
  const record = SafetyRecord.create(disk.open(new Life(() => false)), location, 0);
  for (const { signature, ...wanted } of kept) record.signOnce(wanted, () => signature);
  record.close();
}

function openRecord(scene: Scene): SafetyRecord {
  const { disk, key, paths } = scene.node(0);
  const location = { directory: paths.safety, key, genesisHash: scene.simulation.genesisHash };
  const record = SafetyRecord.open(disk.open(new Life(() => false)), location);
  assert.ok(record !== null);
  return record;
}

function roundsIn(scene: Scene): number[] {
  const entries = readRecord(scene.node(0), scene.simulation.genesisHash);
  return entries.map(({ signing }) => signing.payload.round);
}

function isOfRule(rule: string): (error: unknown) => boolean {
  return (error) => error instanceof Violation && error.rule === rule;
}
