import assert from "node:assert/strict";
import { recordPath, SafetyRecord } from "@causeway/node/record/safetyRecord";
import { readRecord, recordPathOf } from "../src/checkers/readRecord.js";
import { Life } from "../src/node/life.js";
import type { SimulatedNode } from "../src/node/simulatedNode.js";
import { calmKnobs } from "../src/scenarios/calmKnobs.js";
import { play, Scene } from "../src/scenarios/scene.js";
import { isErrorCode } from "./support/isErrorCode.js";

const SLOW_MS = 300_000;
const HOUR_MS = 3_600_000;
/** Bytes of the record that are flipped in a run each; opening is tried with every byte. */
const RUNS = 24;
/** W5: a waiting key signs after a block certified this long after its node's start. */
const MARGIN_SECONDS = 2;

/** Replaces a record's bytes; null when the file is lost. */
type Damage = (bytes: Uint8Array) => Uint8Array | null;

describe("a damaged safety record", () => {
  it("W5, W6: one bit flipped in any byte is found", async () => {
    const { disk, location, path } = await stoppedAmidHeight();
    const whole = disk.read(path) as Uint8Array;
    for (let at = 0; at < whole.length; at++) {
      disk.damage(path, () => flipped(whole, at, at % 8));
      assert.throws(() => open(disk, location), isErrorCode("RecordUnreadable"), `byte ${at}`);
    }
    console.log(`      ${whole.length} bytes`);
  }).timeout(SLOW_MS);

  it("W5, W6: cut at any length it holds the whole entries before the cut, or is refused", async () => {
    const { disk, location, path, entries } = await stoppedAmidHeight();
    const whole = disk.read(path) as Uint8Array;
    let opened = 0;
    for (let length = 0; length < whole.length; length++) {
      disk.damage(path, () => whole.slice(0, length));
      try {
        const found = open(disk, location);
        assert.deepEqual(found, entries.slice(0, found.length), `cut to ${length} bytes`);
        assert.ok(found.length < entries.length);
        opened += 1;
      } catch (error) {
        if (!isErrorCode("RecordUnreadable")(error)) throw error;
        assert.equal(opened, 0, `cut to ${length} bytes: only a file without its header is refused`);
      }
    }
    assert.ok(opened > 0);
  }).timeout(SLOW_MS);

  for (const [name, damage] of damages()) {
    it(`W5: ${name}: signs nothing until a block certified ${MARGIN_SECONDS} s after its start, then from the next height`, () =>
      waits(damage)).timeout(SLOW_MS);
  }

  it("W5: a validator alone never signs again by itself", async () => {
    await play(new Scene("alone with a damaged record", calmKnobs(1)), async (scene) => {
      scene.simulation.startAll();
      await scene.goOn(3, 60_000);
      scene.losePower(0, "none");
      scene.node(0).disk.damage(pathOf(scene, 0), (bytes) => flipped(bytes, 40, 0));
      scene.simulation.checkers.onSigned = ({ kind }) => assert.fail(`signed a ${kind}`);
      scene.start(0);
      await scene.pass(HOUR_MS);
    });
  }).timeout(SLOW_MS);
});

async function waits(damage: Damage): Promise<void> {
  const scene = new Scene("damaged record", calmKnobs(4));
  await play(scene, async () => {
    await stopAmidHeight(scene);
    const { disk, key } = scene.node(0);
    const path = pathOf(scene, 0);
    const damaged = damage(disk.read(path) as Uint8Array);
    if (damaged === null) disk.lose(path);
    else disk.damage(path, () => damaged);
    const safeFrom = scene.simulation.nowMs / 1_000 + MARGIN_SECONDS;
    let safeHeight = Number.POSITIVE_INFINITY;
    let signed = 0;
    const { checkers } = scene.simulation;
    checkers.onFinalized = ({ node, header }) => {
      if (node === 0 && header.timestamp > safeFrom) safeHeight = Math.min(safeHeight, header.number);
    };
    checkers.onSigned = ({ author, kind, payload }) => {
      if (author !== key) return;
      signed += 1;
      assert.ok(
        payload.height > safeHeight,
        `signed ${kind} of ${payload.height}, safe is what follows ${safeHeight}`,
      );
    };
    scene.start(0);
    await scene.goOn(8, 60_000);
    assert.ok(signed > 0, "never signs again");
    assert.ok(readRecord(scene.node(0), scene.simulation.genesisHash).length > 0);
  });
}

/** A network whose first node lost power with entries above its head in the record. */
async function stopAmidHeight(scene: Scene): Promise<void> {
  const { simulation } = scene;
  simulation.startAll();
  scene.submitEvery(400);
  await scene.goOn(2, 60_000);
  const pending = () =>
    readRecord(scene.node(0), simulation.genesisHash).filter(
      ({ signing }) => signing.payload.height > scene.heightOf(0),
    ).length;
  await scene.reach("votes of an undecided height", 60_000, () => pending() >= 2);
  scene.losePower(0, "none");
}

async function stoppedAmidHeight() {
  const scene = new Scene("damaged record", calmKnobs(4));
  return play(scene, async () => {
    await stopAmidHeight(scene);
    const { disk, key, paths } = scene.node(0);
    const location = { directory: paths.safety, key, genesisHash: scene.simulation.genesisHash };
    return { disk, location, path: recordPath(location), entries: open(disk, location) };
  });
}

function open(disk: SimulatedNode["disk"], location: Parameters<typeof recordPath>[0]) {
  const record = SafetyRecord.open(disk.open(new Life(() => false)), location);
  assert.ok(record !== null);
  return record.entries;
}

function pathOf(scene: Scene, index: number): string {
  const node = scene.node(index);
  return recordPathOf(node, node.key, scene.simulation.genesisHash);
}

function damages(): [string, Damage][] {
  const flips = Array.from({ length: RUNS }, (_, i): [string, Damage] => [
    `a bit flipped at ${Math.round((100 * i) / RUNS)} % of the file`,
    (bytes) => flipped(bytes, Math.floor((bytes.length * i) / RUNS), i % 8),
  ]);
  return [
    ...flips,
    ["a bit flipped in the last byte", (bytes) => flipped(bytes, bytes.length - 1, 7)],
    ["cut within its header", (bytes) => bytes.slice(0, 50)],
    ["emptied", () => new Uint8Array()],
    ["of another version", (bytes) => new TextEncoder().encode(`causeway-safety-record-2\n${bytes.length}`)],
    ["lost", () => null],
  ];
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ (1 << bit);
  return copy;
}
