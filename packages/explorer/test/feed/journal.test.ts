import { strict as assert } from "node:assert";
import pino from "pino";
import type { Database } from "../../src/database/Database.js";
import { openDatabase } from "../../src/database/openDatabase.js";
import { Journal, type NewEvent } from "../../src/feed/journal.js";
import { type TempDir, tempDir } from "../support/tempDir.js";

const RETENTION = 10;

describe("journal", () => {
  let dir: TempDir;
  let database: Database;
  let journal: Journal;

  before(async () => {
    dir = await tempDir();
    database = await openDatabase({ dataDir: dir.path }, pino({ level: "silent" }));
  });

  beforeEach(async () => {
    await database.query("DELETE FROM journal");
    journal = await Journal.open(database, { retention: RETENTION });
  });

  after(async () => {
    await database.close();
    await dir.remove();
  });

  const event = (n: number): NewEvent => ({
    topic: "blocks",
    type: "block.add",
    block: { n, h: `0x${String(n).padStart(64, "0")}` },
    keys: [],
    payload: `{"n":${n}}`,
  });
  const append = (...numbers: number[]) =>
    journal.write(async (_queries, emit) => {
      for (const n of numbers) emit(event(n));
    });

  it("numbers events without a hole", async () => {
    await append(1, 2);
    await append(3);
    const events = await journal.read(0, 10);
    assert.deepEqual(
      events.map(({ seq, payload }) => [seq, payload]),
      [
        [1, '{"n":1}'],
        [2, '{"n":2}'],
        [3, '{"n":3}'],
      ],
    );
  });

  it("writes nothing when the transaction fails, and goes on", async () => {
    await append(1);
    const failing = journal.write(async (queries, emit) => {
      emit(event(2));
      await queries.query("INSERT INTO meta VALUES ('half', 'written')");
      throw new Error("disk full");
    });
    await assert.rejects(failing, /disk full/);
    assert.equal(journal.head, 1);
    assert.deepEqual(await database.query("SELECT * FROM meta WHERE key = 'half'"), []);
    await append(3);
    assert.deepEqual(
      (await journal.read(0, 10)).map(({ seq }) => seq),
      [1, 2],
    );
  });

  it("keeps its epoch and numbers over a restart, and replays what it sent live", async () => {
    await append(1, 2, 3);
    const live = await journal.read(0, 10);
    const reopened = await Journal.open(database, { retention: RETENTION });
    assert.equal(reopened.epoch, journal.epoch);
    assert.equal(reopened.head, 3);
    assert.deepEqual(await reopened.read(0, 10), live);
  });

  it("forgets the oldest events beyond its retention", async () => {
    for (let n = 1; n <= 25; n++) await append(n);
    assert.equal(journal.floor, 15);
    const { epoch } = journal;
    assert.equal(journal.covers({ epoch, seq: 14 }), false);
    assert.equal(journal.covers({ epoch, seq: 15 }), true);
    assert.equal(journal.covers({ epoch, seq: 26 }), false);
    assert.equal(journal.covers({ epoch: "0000000000000000", seq: 20 }), false);
    const [row] = await database.query<{ count: number }>("SELECT count(*) AS count FROM journal");
    assert.equal(row?.count, RETENTION);
    assert.equal(await journal.firstBlock(), 16);
  });

  it("finds the position after a block, whatever L1 said in between", async () => {
    await append(1);
    await journal.write(async (_queries, emit) => {
      emit({ topic: "bridge", type: "transfer", block: null, keys: ["deposit"], payload: "{}" });
    });
    await append(2);
    assert.deepEqual(await journal.positionAfterBlock(1), { seq: 1, hash: event(1).block?.h });
    assert.equal(await journal.positionAfterBlock(9), null);
  });
});
