import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JournalFiles, systemJournalFiles } from "../../src/pool/journalFiles.js";
import { type JournalLimits, PoolJournal } from "../../src/pool/poolJournal.js";
import { SILENT } from "../support/makeChain.js";

const LIMITS: JournalLimits = { fileCharsMax: 1_000_000, fileLinesMax: 1_000, waitingCharsMax: 100_000 };

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

  it("that cannot be read is empty: a node starts without what it had pooled", async () => {
    await mkdir(path);
    const warnings: string[] = [];
    const log = { ...SILENT, warn: (_fields: object, message: string) => void warnings.push(message) };
    assert.deepEqual(await loaded(new PoolJournal(path, log, LIMITS)), []);
    assert.deepEqual(warnings, ["the transaction journal could not be read to its end"]);
  });

  it("passes over torn, foreign and endless lines", async () => {
    await writeFile(path, `0x0102\n0x03f\nnot hex\n\n0x${"ee".repeat(200_000)}\n\u0000\u0001\n0x04\n0x0`);
    assert.deepEqual(await loaded(), [[1, 2], [4]]);
  });

  it("does not read a file larger than any it writes", async () => {
    await writeFile(path, "0x01\n".repeat(10));
    assert.deepEqual(await loaded(journal({ ...LIMITS, fileCharsMax: 30, waitingCharsMax: 19 })), []);
    assert.equal((await loaded(journal({ ...LIMITS, fileCharsMax: 30, waitingCharsMax: 20 }))).length, 10);
  });

  it("is full beyond its bound, once, and bounds what waits for the disk", async () => {
    const limits = { ...LIMITS, fileCharsMax: 12, waitingCharsMax: 15 };
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

  it("is full by its lines, too, and reads no more than twice as many", async () => {
    const small = journal({ ...LIMITS, fileLinesMax: 3 });
    await small.rewrite(() => [bytes(1), bytes(2), bytes(3)]);
    assert.equal(small.full, false);
    small.append(bytes(4));
    await small.rewrite(() => [bytes(1), bytes(2), bytes(3), bytes(4)]);
    assert.equal(small.full, true);
    await writeFile(path, "0x01\n".repeat(10));
    assert.equal((await loaded(small)).length, 6);
  });

  it("appends after a torn end without losing what comes next", async () => {
    await writeFile(path, "0x01\n0x0");
    const second = journal();
    second.append(bytes(2));
    await second.idle();
    assert.deepEqual(await loaded(), [[1], [2]]);
  });

  it("tells of a disk that takes no more once, and writes again when it does", async () => {
    let broken = true;
    const warnings: string[] = [];
    const log = { ...SILENT, warn: (_fields: object, message: string) => void warnings.push(message) };
    const files: JournalFiles = {
      ...systemJournalFiles,
      append: async (file, text) => {
        if (!broken) return systemJournalFiles.append(file, text);
        // As much as there was room for.
        await systemJournalFiles.append(file, text.slice(0, 4));
        throw new Error("ENOSPC");
      },
    };
    const full = new PoolJournal(path, log, LIMITS, files);
    for (let i = 1; i < 4; i++) {
      full.append(bytes(i));
      await full.idle();
    }
    assert.equal(warnings.length, 1);
    broken = false;
    full.append(bytes(9));
    await full.idle();
    assert.deepEqual((await loaded()).at(-1), [9]);
  });

  it("loses no line that waits when it cannot be written anew, nor the order of those that come meanwhile", async () => {
    const files: JournalFiles = {
      ...systemJournalFiles,
      replace: async () => {
        failing.append(bytes(3));
        throw new Error("ENOSPC");
      },
    };
    const failing = new PoolJournal(path, SILENT, LIMITS, files);
    failing.append(bytes(1));
    await failing.idle();
    const rewriting = failing.rewrite(() => [bytes(1), bytes(2)]);
    failing.append(bytes(2));
    await rewriting;
    await failing.idle();
    assert.deepEqual(await loaded(), [[1], [2], [3]]);
  });

  /** Ends a process at a write: so many characters of it are on disk, and nothing afterwards. */
  function crashingFiles(writesLeft: number, chars: number): JournalFiles & { readonly written: string[] } {
    let left = writesLeft;
    const written: string[] = [];
    const write = async (text: string, work: (text: string) => Promise<void>) => {
      left--;
      if (left < 0) throw new Error("dead");
      if (left === 0) {
        await work(text.slice(0, chars));
        throw new Error("killed");
      }
      await work(text);
      written.push(text);
    };
    return {
      ...systemJournalFiles,
      written,
      append: (file, text) => write(text, (part) => systemJournalFiles.append(file, part)),
      replace: async (file, chunks) => {
        const text = [...chunks].join("");
        await write(text, (part) => writeFile(`${file}.new`, part));
        await write("", () => rename(`${file}.new`, file));
      },
    };
  }

  it("after a crash at any write holds all that was written before, nothing else, and goes on", async () => {
    const kept = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, i) => bytes(from + i, 0xff));
    for (let crashAt = 1; crashAt <= 9; crashAt++) {
      for (const chars of [0, 1, 3, 7, 8, 1_000]) {
        await rm(path, { force: true });
        const files = crashingFiles(crashAt, chars);
        const life = new PoolJournal(path, SILENT, LIMITS, files);
        let last = 0;
        for (const step of ["append", "append", "rewrite", "append", "append", "rewrite", "append"]) {
          if (step === "append") {
            life.append(bytes(last++, 0xff));
            await life.idle();
          } else await life.rewrite(() => kept(0, last));
        }
        const what = `crash at write ${crashAt}, ${chars} characters of it written`;
        const lines = [...files.written.join("").matchAll(/0x(..)ff\n/g)];
        const durable = Math.max(0, ...lines.map(([, n]) => Number(`0x${n}`) + 1));
        const found = await loaded();
        for (let n = 0; n < durable; n++)
          assert.ok(
            found.some(([id, end]) => id === n && end === 0xff),
            `${what}: ${n}`,
          );
        // A torn line is no transaction: the pool refuses it.
        for (const [id, end] of found)
          assert.ok(end === undefined || (end === 0xff && (id ?? 0) < last), what);
        const next = journal();
        next.append(bytes(200, 0xff));
        await next.idle();
        assert.deepEqual((await loaded()).at(-1), [200, 0xff], what);
      }
    }
  });
});
