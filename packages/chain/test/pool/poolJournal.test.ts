import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalLimits, PoolJournal } from "../../src/pool/poolJournal.js";
import { SILENT } from "../support/makeChain.js";

const bytes = (...values: number[]) => Uint8Array.from(values);

describe("PoolJournal", () => {
  let dir: string;
  let path: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), "causeway-journal-"));
    path = join(dir, "transactions.hex");
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));

  const journal = (limits?: JournalLimits) => new PoolJournal(path, SILENT, limits);
  const loaded = async (from = journal()) => {
    const found: number[][] = [];
    for await (const raw of from.load()) found.push([...raw]);
    return found;
  };

  it("is empty without a file", async () => {
    assert.deepEqual(await loaded(), []);
  });

  it("gives back what was pooled, before and after it is written anew", async () => {
    const first = journal();
    await first.rewrite(() => [bytes(1)]);
    first.append(bytes(2));
    first.append(bytes(3));
    await first.rewrite(() => [bytes(2), bytes(3)]);
    first.append(bytes(4));
    // Its turn comes after the line before it.
    await first.rewrite(() => [bytes(3), bytes(4)]);
    assert.deepEqual(await loaded(), [[3], [4]]);
  });

  it("loses nothing that is appended while it is written anew", async () => {
    const first = journal();
    const pooled = [bytes(1)];
    const rewriting = first.rewrite(() => pooled);
    await Promise.resolve();
    first.append(bytes(2));
    await rewriting;
    first.append(bytes(3));
    await first.rewrite(() => [bytes(1), bytes(2), bytes(3)]);
    assert.deepEqual(await loaded(), [[1], [2], [3]]);
  });

  it("passes over torn, foreign and endless lines", async () => {
    await writeFile(path, `0x0102\n0x03f\nnot hex\n\n0x${"ee".repeat(200_000)}\n\u0000\u0001\n0x04\n0x0`);
    assert.deepEqual(await loaded(), [[1, 2], [4]]);
  });

  it("does not read a file larger than any it writes", async () => {
    await writeFile(path, "0x01\n".repeat(10));
    assert.deepEqual(await loaded(journal({ fileCharsMax: 30, waitingCharsMax: 19 })), []);
    assert.equal((await loaded(journal({ fileCharsMax: 30, waitingCharsMax: 20 }))).length, 10);
  });

  it("is full beyond its bound, once, and bounds what waits for the disk", async () => {
    const limits = { fileCharsMax: 12, waitingCharsMax: 15 };
    const small = journal(limits);
    await small.rewrite(() => [bytes(1), bytes(2)]);
    assert.equal(small.full, false);
    for (let i = 3; i < 10; i++) small.append(bytes(i));
    await small.rewrite(() => [bytes(1), bytes(2), bytes(3)]);
    assert.equal(small.full, true);
    for (let i = 3; i < 10; i++) small.append(bytes(i));
    const again = small.rewrite(() => [bytes(9)]);
    assert.equal(small.full, false);
    await again;
    assert.equal(await readFile(path, "utf8"), "0x09\n");
  });
});
