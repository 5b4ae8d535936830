import assert from "node:assert/strict";
import type { Evidence } from "@causeway/consensus/evidence";
import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import { EvidenceStore } from "../../src/evidence/evidenceStore.js";
import { CrashFileSystem } from "../fakes/crashFileSystem.js";
import { silentLog } from "../fakes/silentLog.js";

const DIRECTORY = "/node/evidence";
const LIAR: Address = `0x${"11".repeat(20)}`;

function doublePrepare(
  height: number,
  kind: "double-prepare" | "double-proposal" = "double-prepare",
): Evidence {
  const vote = {
    payload: { height, round: 0, blockHash: ZERO_HASH },
    author: LIAR,
    signature: "0x01",
  } as const;
  return { validator: LIAR, height, kind, first: vote, second: vote };
}

describe("EvidenceStore", () => {
  it("keeps one per (validator, height, kind), over restarts (F3, C15)", () => {
    const fs = new CrashFileSystem();
    const store = new EvidenceStore(fs, DIRECTORY, silentLog);
    for (const evidence of [
      doublePrepare(1),
      doublePrepare(1),
      doublePrepare(1, "double-proposal"),
      doublePrepare(2),
    ])
      store.add(evidence);
    assert.equal(store.all.length, 3);
    assert.deepEqual(new EvidenceStore(fs, DIRECTORY, silentLog).all, store.all);
  });

  it("is bounded per validator", () => {
    const store = new EvidenceStore(new CrashFileSystem(), DIRECTORY, silentLog);
    for (let height = 1; height <= 1_000; height++) store.add(doublePrepare(height));
    assert.equal(store.all.length, 64);
  });

  it("passes over a line torn by a crash", () => {
    const fs = new CrashFileSystem();
    fs.write(
      `${DIRECTORY}/evidence.jsonl`,
      Buffer.from(`${JSON.stringify(doublePrepare(1))}\n{"validator":"0x1`),
    );
    assert.deepEqual(new EvidenceStore(fs, DIRECTORY, silentLog).all, [doublePrepare(1)]);
  });

  it("does not stop the node when the disk refuses it (F3)", () => {
    const fs = new CrashFileSystem();
    const store = new EvidenceStore(fs, DIRECTORY, silentLog);
    fs.onOperation = () => {
      throw new Error("ENOSPC");
    };
    store.add(doublePrepare(1));
    assert.equal(store.all.length, 1);
  });
});
