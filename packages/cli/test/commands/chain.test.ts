import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const HASH = `0x${"ab".repeat(32)}`;

describe("causeway chain, what is given wrong (X10)", () => {
  const path = tempDir();

  function refused(args: string[], message: RegExp): void {
    const ended = causeway(["chain", ...args]);
    assert.match(ended.stderr, message);
    assert.equal(ended.status, 2, ended.stderr);
    assert.equal(ended.stdout, "");
    assert.doesNotMatch(ended.stderr, /\n\s+at /, "no stack trace");
  }

  beforeEach(() => {
    const made = causeway(["init", "--validators", "1", "--dir", path("net"), "--devnet"]);
    assert.equal(made.status, 0, made.stderr);
  });
  const where = () => ["--genesis", path("net/genesis.json"), "--datadir", path("net/node-1/chain")];

  it("a directory without a chain", () => {
    for (const verb of ["snapshot", "reindex"]) {
      const out = verb === "snapshot" ? ["--out", path("file")] : [];
      refused([verb, ...where(), ...out], /holds no chain: give node-<i>\/chain/);
    }
  });

  it("a trusted block that is none, a file that is not there or no snapshot", async () => {
    for (const trust of ["7", HASH, `7:${HASH}:1`, "7:0xab", `-1:${HASH}`]) {
      refused(
        ["restore", ...where(), "--trust", trust, path("file")],
        /must be a height, a colon and a block hash/,
      );
    }
    refused(["restore", ...where(), path("file")], /required option '--trust/);
    refused(["restore", ...where(), "--trust", `7:${HASH}`, path("file")], /file cannot be read \(ENOENT\)/);
    await writeFile(path("hello"), "\0\0\0\x05hello");
    const ended = causeway(["chain", "restore", ...where(), "--trust", `7:${HASH}`, path("hello")]);
    assert.match(ended.stderr, /^causeway: snapshot: .* \(N4\)\n$/);
    assert.equal(ended.status, 1);
  });
});
