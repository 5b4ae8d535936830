import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ClassicLevel } from "classic-level";
import {
  type Database,
  openDatabase,
  openDatabaseAt,
  openForImport,
  openForMaintenance,
} from "../../src/store/database.js";
import { databaseLocation } from "../../src/store/databaseLocation.js";

const BLOCK = { key: Uint8Array.of(1), value: Uint8Array.of(2) };

describe("which batches are on disk when their write resolves (W4, W6)", () => {
  const { batch } = ClassicLevel.prototype;
  let dataDir: string;
  let synced: unknown[];

  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "causeway-synced-"));
    synced = [];
    ClassicLevel.prototype.batch = function (this: ClassicLevel, ...given: unknown[]) {
      synced.push((given[1] as { sync?: boolean } | undefined)?.sync);
      return Reflect.apply(batch, this, given);
    } as typeof batch;
  });
  afterEach(async () => {
    ClassicLevel.prototype.batch = batch;
    await rm(dataDir, { recursive: true, force: true });
  });

  for (const [who, open] of [
    ["a node's", openDatabase],
    ["a restored snapshot's", (dir: string) => openDatabaseAt(databaseLocation(dir))],
    ["those of prune and reindex", prepared(openForMaintenance)],
  ] as const)
    it(`${who}: every one`, async () => {
      const database = await open(dataDir);
      synced = [];
      await database.write([BLOCK]);
      await database.write([], [BLOCK.key]);
      assert.deepEqual(synced, [true, true]);
      await database.close();
    });

  it("an import's: the last, at its close, which makes all before it durable", async () => {
    const database = await openForImport(dataDir);
    await database.write([BLOCK]);
    assert.deepEqual(synced, [false]);
    await database.close();
    assert.deepEqual(synced, [false, true]);
  });
});

/** Maintenance opens what is there already. */
function prepared(open: (dataDir: string) => Promise<Database>) {
  return async (dataDir: string) => {
    await (await openDatabase(dataDir)).close();
    return open(dataDir);
  };
}
