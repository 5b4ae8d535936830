import assert from "node:assert/strict";
import type { Head } from "@causeway/protocol/head";
import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import { RecordBook } from "../../src/record/recordBook.js";
import { recordPath, SafetyRecord } from "../../src/record/safetyRecord.js";
import { KeyRing } from "../../src/signer/keyRing.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { withCode } from "../fakes/errorCode.js";
import { silentLog } from "../fakes/silentLog.js";
import { testKeyRings } from "../support/testKeys.js";

const SIGNER = testKeyRings(1)[0] as KeyRing;
const KEY = SIGNER.addresses[0] as Address;
/** A ring during a rotation (V4). */
const ROTATING = new KeyRing([1, 2].map((byte) => new Uint8Array(32).fill(byte)));
const GENESIS_HASH = `0x${"9e".repeat(32)}` as const;
const LOCATION = { directory: "/safety", key: KEY, genesisHash: GENESIS_HASH };
const STARTED_AT_SECONDS = 5_000;

function open(
  fs: CrashFileSystem,
  acceptNewSafetyRecord = false,
  signer = SIGNER,
  warned: (message: string) => void = () => {},
): RecordBook {
  return new RecordBook(fs, {
    directory: LOCATION.directory,
    genesisHash: GENESIS_HASH,
    signer,
    startedAtMs: STARTED_AT_SECONDS * 1_000,
    acceptNewSafetyRecord,
    log: { ...silentLog, error: (_fields, message) => warned(message) },
  });
}

function prepare(book: RecordBook, height: number, author = KEY) {
  const payload = { height, round: 0, blockHash: ZERO_HASH };
  const wanted = { author, signing: { kind: "prepare", payload }, block: null, prepares: [] } as const;
  return book.sign(wanted, () => ZERO_HASH);
}

function head(height: number, timestamp: number): Head {
  return { height, certificate: { checkpoint: { timestamp } } } as unknown as Head;
}

describe("RecordBook", () => {
  it("signs and keeps what it signed over a restart (W2, W3)", () => {
    const fs = new CrashFileSystem();
    SafetyRecord.create(fs, LOCATION, 0);
    const signed = prepare(open(fs), 4);
    fs.crash();
    assert.deepEqual(open(fs).entries, [signed]);
  });

  it("drops decided heights (W4) and refuses them from then on without ending the node (W1)", () => {
    const fs = new CrashFileSystem();
    SafetyRecord.create(fs, LOCATION, 0);
    const book = open(fs);
    prepare(book, 4);
    book.headMoved(head(4, 1));
    assert.deepEqual(book.entries, []);
    assert.equal(prepare(book, 4), null);
  });

  for (const [what, spoil] of [
    ["missing", (_fs: CrashFileSystem) => {}],
    [
      "unreadable",
      (fs: CrashFileSystem) => fs.write(recordPath(LOCATION), Buffer.from("garbage that is no record")),
    ],
  ] as const) {
    it(`a key with a ${what} record waits for a block certified 2 s after its start, then signs the next height (W5)`, () => {
      const fs = new CrashFileSystem();
      spoil(fs);
      const book = open(fs);
      assert.deepEqual(book.keysWithoutRecord, [KEY]);
      assert.equal(prepare(book, 7), null);
      book.headMoved(head(7, STARTED_AT_SECONDS + 2));
      assert.equal(prepare(book, 8), null);
      book.headMoved(head(8, STARTED_AT_SECONDS + 3));
      assert.deepEqual(book.keysWithoutRecord, []);
      assert.equal(prepare(book, 8), null);
      assert(prepare(book, 9) !== null);
      fs.crash();
      assert.equal(open(fs).entries.length, 1);
    });
  }

  it("each key of a ring has a record of its own: one that lost its waits alone (V4, W5)", () => {
    const fs = new CrashFileSystem();
    const [old, fresh] = ROTATING.addresses as [Address, Address];
    SafetyRecord.create(fs, { ...LOCATION, key: old }, 0);
    const book = open(fs, false, ROTATING);
    assert.deepEqual(book.keysWithoutRecord, [fresh]);
    assert.equal(prepare(book, 7, fresh), null);
    const signed = prepare(book, 7, old);
    assert.deepEqual(book.entries, [signed]);

    book.headMoved(head(7, STARTED_AT_SECONDS + 3));
    assert.equal(prepare(book, 7, old), null, "height 7 is decided (W1)");
    const next = prepare(book, 8, fresh);
    assert.equal(next?.author, fresh);
    fs.crash();
    const restarted = open(fs, false, ROTATING);
    assert.deepEqual(restarted.keysWithoutRecord, []);
    assert.deepEqual(
      restarted.entries.filter(({ author }) => author === fresh),
      [next],
    );
  });

  it("keeps an unreadable record for inspection", () => {
    const fs = new CrashFileSystem();
    fs.write(recordPath(LOCATION), Buffer.from("garbage that is no record"));
    open(fs).headMoved(head(8, STARTED_AT_SECONDS + 3));
    assert(fs.paths().some((path) => path.includes(".record.unreadable-")));
  });

  it("begins at once with --accept-new-safety-record, and says what that risks (W5)", () => {
    const warnings: string[] = [];
    const book = open(new CrashFileSystem(), true, SIGNER, (message) => warnings.push(message));
    assert.match(warnings.join("\n"), /WARNING: .* may contradict itself/);
    assert.deepEqual(book.keysWithoutRecord, []);
    assert(prepare(book, 1) !== null);
  });

  it("WrongChain: does not start on the record of another chain", () => {
    const fs = new CrashFileSystem();
    SafetyRecord.create(fs, { ...LOCATION, genesisHash: ZERO_HASH }, 0);
    const foreign = fs.read(recordPath(LOCATION)) ?? new Uint8Array();
    fs.write(recordPath(LOCATION), foreign);
    assert.throws(() => open(fs), withCode("WrongChain"));
  });
});
