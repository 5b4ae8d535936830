import assert from "node:assert/strict";
import type { RecordEntry } from "@causeway/consensus/recordEntry";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { SigningPayload } from "@causeway/protocol/consensusMessage";
import { type Address, type Hash, type Signature, ZERO_HASH } from "@causeway/protocol/hex";
import { recordPath, SafetyRecord } from "../../src/record/safetyRecord.js";
import { fakeBlock } from "../fakes/blocks.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { withCode } from "../fakes/errorCode.js";

const KEY: Address = `0x${"11".repeat(20)}`;
const GENESIS: Hash = `0x${"22".repeat(32)}`;
const LOCATION = { directory: "/node/safety", key: KEY, genesisHash: GENESIS };
const PATH = recordPath(LOCATION);

type Unsigned = Omit<RecordEntry, "signature">;

function signature(n: number): Signature {
  return `0x${n.toString(16).padStart(2, "0").repeat(65)}`;
}

function unsigned(signing: SigningPayload, block: RecordEntry["block"] = null): Unsigned {
  return { author: KEY, signing, block, prepares: [] };
}

function proposal(height: number, round: number, salt = 0): Unsigned {
  const block = fakeBlock({ height, salt });
  return unsigned({ kind: "proposal", payload: { height, round, blockHash: block.hash } }, block);
}

function prepare(height: number, round: number, salt = 0): Unsigned {
  const block = fakeBlock({ height, salt });
  return unsigned({ kind: "prepare", payload: { height, round, blockHash: block.hash } }, block);
}

function commit(height: number, round: number): Unsigned {
  const payload = { height, round, blockHash: fakeBlock({ height }).hash } as unknown as Checkpoint;
  return unsigned({ kind: "commit", payload });
}

function roundChange(height: number, round: number): Unsigned {
  return unsigned({ kind: "round-change", payload: { height, round, prepared: null } });
}

function created(): { fs: CrashFileSystem; record: SafetyRecord } {
  const fs = new CrashFileSystem();
  return { fs, record: SafetyRecord.create(fs, LOCATION, 0) };
}

function reopened(fs: CrashFileSystem): SafetyRecord {
  const record = SafetyRecord.open(fs, LOCATION);
  assert(record !== null);
  return record;
}

function kinds(record: SafetyRecord): string[] {
  return record.entries.map(
    ({ signing }) => `${signing.kind} ${signing.payload.height}/${signing.payload.round}`,
  );
}

describe("SafetyRecord", () => {
  it("is durable once created, and empty (W5)", () => {
    const { fs } = created();
    fs.crash();
    assert.deepEqual(kinds(reopened(fs)), []);
  });

  it("is never created twice (W5)", () => {
    const { fs } = created();
    assert.throws(() => SafetyRecord.create(fs, LOCATION, 0), withCode("RecordExists"));
  });

  it("survives a crash with all that it answered, blocks and PREPAREs included (W2, W3)", () => {
    const { fs, record } = created();
    const prepares = [
      { payload: { height: 1, round: 0, blockHash: ZERO_HASH }, author: KEY, signature: signature(9) },
    ];
    record.signOnce(proposal(1, 0), () => signature(1));
    record.signOnce(prepare(1, 0), () => signature(2));
    record.signOnce({ ...commit(1, 0), prepares }, () => signature(3));
    fs.crash();
    const { entries } = reopened(fs);
    assert.deepEqual(entries, record.entries);
    assert.deepEqual(entries[1]?.block, fakeBlock({ height: 1 }));
    assert.deepEqual(entries[2]?.prepares, prepares);
  });

  it("writes a block once for PROPOSAL and PREPARE", () => {
    const { fs, record } = created();
    record.signOnce(proposal(1, 0), () => signature(1));
    const before = fs.read(PATH)?.length ?? 0;
    record.signOnce(prepare(1, 0), () => signature(2));
    const text = Buffer.from((fs.read(PATH) ?? new Uint8Array()).subarray(before));
    assert.equal(text.includes(Buffer.from(fakeBlock({ height: 1 }).bytes)), false);
  });

  it("returns the stored bytes at an equal position, whatever is asked (W1)", () => {
    const { record } = created();
    record.signOnce(prepare(1, 0, 1), () => signature(1));
    const again = record.signOnce(prepare(1, 0, 2), () => signature(2));
    assert.equal(again.signature, signature(1));
    assert.equal(again.block?.hash, fakeBlock({ height: 1, salt: 1 }).hash);
    assert.equal(record.entries.length, 1);
  });

  it("orders ROUND-CHANGE < PROPOSAL < PREPARE < COMMIT within a round (W1)", () => {
    const { record } = created();
    const steps = [
      roundChange(1, 1),
      proposal(1, 1),
      prepare(1, 1),
      commit(1, 1),
      roundChange(1, 2),
      proposal(2, 0),
    ];
    for (const [i, step] of steps.entries()) record.signOnce(step, () => signature(i));
    assert.equal(record.entries.length, steps.length);
  });

  for (const [what, step] of [
    ["an earlier step", proposal(5, 3)],
    ["an earlier round", commit(5, 2)],
    ["an earlier height", commit(4, 9)],
  ] as const) {
    it(`never goes backwards to ${what} (W1)`, () => {
      const { fs, record } = created();
      record.signOnce(prepare(5, 3), () => signature(1));
      const refuse = () => assert.fail("must not sign");
      assert.throws(() => record.signOnce(step, refuse), withCode("RecordBackwards"));
      fs.crash();
      assert.throws(() => reopened(fs).signOnce(step, refuse), withCode("RecordBackwards"));
    });
  }

  it("signs nothing below its floor (W5)", () => {
    const record = SafetyRecord.create(new CrashFileSystem(), LOCATION, 7);
    assert.throws(() => record.signOnce(prepare(6, 0), () => signature(1)), withCode("RecordBackwards"));
    record.signOnce(prepare(7, 0), () => signature(1));
  });

  it("forgets an entry that was written but not fsynced when the crash came: it was never answered (W2)", () => {
    const { fs, record } = created();
    record.signOnce(prepare(1, 0), () => signature(1));
    fs.onOperation = (operation) => {
      if (operation === "fsync") throw new Error("crash");
    };
    assert.throws(() => record.signOnce(commit(1, 0), () => signature(2)), withCode("RecordWriteFailed"));
    fs.crash();
    assert.deepEqual(kinds(reopened(fs)), ["prepare 1/0"]);
  });

  for (const [name, left] of [
    ["cut", (whole: Uint8Array, at: number) => whole.slice(0, at)],
    ["zero from there on", (whole: Uint8Array, at: number) => whole.slice().fill(0, at)],
  ] as const)
    it(`tolerates a last entry torn at any byte, ${name}, and appends after it (W2)`, () => {
      const { fs: disk, record } = created();
      record.signOnce(prepare(1, 0), () => signature(1));
      const before = disk.read(PATH)?.length ?? 0;
      record.signOnce(commit(1, 0), () => signature(2));
      const whole = disk.read(PATH) as Uint8Array;
      for (let at = before; at < whole.length; at++) {
        const fs = new CrashFileSystem();
        fs.write(PATH, left(whole, at));
        fs.sync(PATH);
        fs.syncDirectory(LOCATION.directory);
        const again = reopened(fs);
        assert.deepEqual(kinds(again), ["prepare 1/0"], `torn at byte ${at}`);
        again.signOnce(commit(1, 0), () => signature(3));
        fs.crash();
        assert.deepEqual(kinds(reopened(fs)), ["prepare 1/0", "commit 1/0"], `torn at byte ${at}`);
      }
    });

  it("is unreadable when zeros follow anything but the last entry, or end in what was written (W5)", () => {
    const { fs: disk, record } = created();
    record.signOnce(prepare(1, 0), () => signature(1));
    const before = disk.read(PATH)?.length ?? 0;
    record.signOnce(commit(1, 0), () => signature(2));
    const whole = disk.read(PATH) as Uint8Array;
    for (const [from, to] of [
      [before - 20, before],
      [before - 20, whole.length - 1],
      [before + 20, whole.length - 1],
    ] as const) {
      const fs = new CrashFileSystem();
      fs.write(PATH, whole.slice().fill(0, from, to));
      assert.throws(() => reopened(fs), withCode("RecordUnreadable"), `zeros from ${from} to ${to}`);
    }
  });

  it("is unreadable with any one bit flipped, never silently shorter (W5)", () => {
    const { fs: whole, record } = created();
    record.signOnce(prepare(1, 0), () => signature(1));
    record.signOnce(commit(1, 0), () => signature(2));
    const bytes = whole.read(PATH) ?? new Uint8Array();
    for (let i = 0; i < bytes.length; i++) {
      const damaged = Uint8Array.from(bytes);
      damaged[i] = (damaged[i] ?? 0) ^ (1 << (i % 8));
      const fs = new CrashFileSystem();
      fs.write(PATH, damaged);
      assert.throws(() => SafetyRecord.open(fs, LOCATION), withCode("RecordUnreadable"), `byte ${i}`);
    }
  });

  it("is unreadable when the disk does not give it back (W5)", () => {
    const { fs } = created();
    fs.onOperation = (operation) => {
      if (operation === "read") throw new Error("EIO: i/o error, read");
    };
    assert.throws(() => reopened(fs), withCode("RecordUnreadable"));
  });

  it("refuses the record of another chain or key", () => {
    const { fs } = created();
    const bytes = fs.read(PATH) ?? new Uint8Array();
    const foreign = { ...LOCATION, genesisHash: ZERO_HASH };
    assert.throws(() => SafetyRecord.open(fs, foreign), withCode("WrongChain"));
    const other = { ...LOCATION, key: `0x${"33".repeat(20)}` } as const;
    fs.write(recordPath(other), bytes);
    assert.throws(() => SafetyRecord.open(fs, other), withCode("WrongChain"));
  });

  it("tells a failed write at its opening and its creation as what it is, with the reason (W6)", () => {
    const { fs } = created();
    fs.onOperation = (operation) => {
      if (operation === "sync") throw new Error("ENOSPC");
    };
    const other = { ...LOCATION, key: `0x${"33".repeat(20)}` } as const;
    for (const action of [() => SafetyRecord.open(fs, LOCATION), () => SafetyRecord.create(fs, other, 0)]) {
      assert.throws(action, withCode("RecordWriteFailed"));
      assert.throws(action, /cannot be written \(ENOSPC\)/);
    }
  });

  it("signs nothing after a failed write, even when the disk recovers (W6)", () => {
    const { fs, record } = created();
    fs.onOperation = (operation) => {
      if (operation === "append") throw new Error("ENOSPC");
    };
    assert.throws(() => record.signOnce(prepare(1, 0), () => signature(1)), withCode("RecordWriteFailed"));
    fs.onOperation = () => {};
    assert.throws(() => record.signOnce(prepare(1, 0), () => signature(1)), withCode("RecordWriteFailed"));
  });

  describe("a height of many rounds, each with a block of its own", () => {
    const BODY_BYTES = 256 * 1024;
    const ROUNDS = 120;
    const BYTES_MAX = 6 * 1024 * 1024;
    const large = (round: number) => {
      const block = fakeBlock({ height: 1, salt: round, bodyBytes: BODY_BYTES });
      return unsigned({ kind: "prepare", payload: { height: 1, round, blockHash: block.hash } }, block);
    };

    it("takes a bounded file, goes on, and goes back to none of them (W1, W3)", () => {
      const { fs, record } = created();
      for (let round = 0; round < ROUNDS; round++) {
        record.signOnce(large(round), () => signature(round));
        assert.ok((fs.read(PATH)?.length ?? 0) <= BYTES_MAX, `after round ${round}`);
      }
      assert.throws(() => record.signOnce(prepare(1, 3), () => signature(1)), withCode("RecordBackwards"));
      fs.crash();
      const again = reopened(fs);
      assert.deepEqual(kinds(again).slice(-2), [`prepare 1/${ROUNDS - 2}`, `prepare 1/${ROUNDS - 1}`]);
      const stored = again.signOnce(large(ROUNDS - 1), () => assert.fail("signed anew"));
      assert.equal(stored.signature, signature(ROUNDS - 1));
    });

    it("a crash at any operation of forgetting them leaves a readable record with the last (W2, W6)", () => {
      const rounds = Math.ceil((4 * 1024 * 1024) / BODY_BYTES) + 1;
      for (let crashAt = 0, met = true; met; crashAt++) {
        const { fs, record } = created();
        for (let round = 0; round < rounds - 2; round++)
          record.signOnce(large(round), () => signature(round));
        let count = 0;
        met = false;
        fs.onOperation = () => {
          if (count++ !== crashAt) return;
          met = true;
          throw new Error("crash");
        };
        const answered: number[] = [];
        try {
          for (let round = rounds - 2; round < rounds; round++) {
            record.signOnce(large(round), () => signature(round));
            answered.push(round);
          }
        } catch {}
        fs.crash();
        const last = Number(kinds(reopened(fs)).at(-1)?.split("/").at(-1));
        assert.ok(last >= (answered.at(-1) ?? rounds - 3), `operation ${crashAt}: ${last} after ${answered}`);
      }
    });
  });

  describe("dropThrough", () => {
    it("keeps the entries of higher heights, and refuses the dropped ones for ever (W1, W4)", () => {
      const { record } = created();
      record.signOnce(prepare(1, 0), () => signature(1));
      record.signOnce(prepare(2, 0), () => signature(2));
      record.dropThrough(1);
      assert.deepEqual(kinds(record), ["prepare 2/0"]);
      record.dropThrough(2);
      assert.throws(() => record.signOnce(commit(2, 0), () => signature(3)), withCode("RecordBackwards"));
    });

    it("rotates a grown file atomically: a crash at any operation leaves a readable record (W4)", () => {
      const operations = rotationOperations();
      assert(operations >= 4);
      for (let crashAt = 0; crashAt < operations; crashAt++) {
        const { fs, record } = grown();
        let count = 0;
        fs.onOperation = () => {
          if (count++ === crashAt) throw new Error("crash");
        };
        assert.throws(() => record.dropThrough(1), withCode("RecordWriteFailed"), `operation ${crashAt}`);
        fs.crash();
        const again = reopened(fs);
        assert.equal(kinds(again).at(-1), "prepare 2/0", `operation ${crashAt}`);
        assert.throws(() => again.signOnce(commit(1, 0), () => signature(1)), withCode("RecordBackwards"));
      }
    });

    it("shrinks the file", () => {
      const { fs, record } = grown();
      record.dropThrough(1);
      assert((fs.read(PATH)?.length ?? 0) < 10_000);
      record.signOnce(commit(2, 0), () => signature(5));
      fs.crash();
      assert.deepEqual(kinds(reopened(fs)), ["prepare 2/0", "commit 2/0"]);
    });
  });
});

/** A record whose file is worth rotating: a large block at height 1, then height 2. */
function grown(): { fs: CrashFileSystem; record: SafetyRecord } {
  const { fs, record } = created();
  const block = fakeBlock({ height: 1, bodyBytes: 5 * 1024 * 1024 });
  const large = unsigned({ kind: "prepare", payload: { height: 1, round: 0, blockHash: block.hash } }, block);
  record.signOnce(large, () => signature(1));
  record.signOnce(prepare(2, 0), () => signature(2));
  return { fs, record };
}

function rotationOperations(): number {
  const { fs, record } = grown();
  let count = 0;
  fs.onOperation = () => {
    count += 1;
  };
  record.dropThrough(1);
  return count;
}
