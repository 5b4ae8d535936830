import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import type { Address } from "@causeway/protocol/hex";
import { causeway } from "../support/causeway.js";
import { mineSealedChain, sealedGenesis } from "../support/sealedChain.js";
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
    const options = { snapshot: ["--out", path("file")], reindex: [], prune: ["--keep", "128"] };
    for (const [verb, own] of Object.entries(options))
      refused([verb, ...where(), ...own], /holds no chain: give node-<i>\/chain/);
  });

  it("a node's folder in place of its chain's, which stays as it is", async () => {
    assert.equal(causeway(["chain", "head", ...where()]).status, 0);
    const node = ["--genesis", path("net/genesis.json"), "--datadir", path("net/node-1")];
    const before = readdirSync(path("net/node-1/chain"));
    for (const args of [
      ["head"],
      ["export", "blocks"],
      ["import", "blocks"],
      ["serve"],
      ["prune", "--keep", "9"],
    ])
      refused([...args, ...node], /'--datadir <path>' .* its chain is in .*node-1\/chain\./);
    // A folder that only looks like a chain is none either.
    await rm(path("net/node-1/config.json"));
    refused(["head", "--datadir", path("net/node-1")], /holds no chain/);
    assert.deepEqual(readdirSync(path("net/node-1/chain")), before);
  });

  it("a file in place of a directory, or of one above it", async () => {
    await writeFile(path("file"), "");
    for (const [datadir, ...args] of [
      [path("file"), "import", "blocks"],
      [path("file/chain"), "import", "blocks"],
      [path("file"), "head"],
    ] as const) {
      refused(
        [...args, "--genesis", path("net/genesis.json"), "--datadir", datadir],
        /'--datadir <path>' .* It is a file, or below one, and no directory\./,
      );
    }
  });

  it("a number of states that is none", () => {
    for (const keep of ["0", "-1", "1.5", "all", "0x80"])
      refused(["prune", ...where(), "--keep", keep], /--keep.*must be a whole number from 1 to/s);
    refused(["prune", ...where()], /required option '--keep/);
  });

  it("prune prints where the states that are left begin, also of a chain that has but genesis", () => {
    const head = causeway(["chain", "head", ...where()]);
    assert.equal(head.status, 0, head.stderr);
    const pruned = causeway(["chain", "prune", ...where(), "--keep", "1"]);
    assert.equal(pruned.status, 0, pruned.stderr);
    const report = JSON.parse(pruned.stdout) as Record<string, number>;
    assert.deepEqual([report.head, report.oldestState, report.statesKept, report.raisedBy], [0, 0, 1, null]);
    assert.equal(report.bytesFreed, (report.bytesBefore ?? 0) - (report.bytesAfter ?? 0));
    assert.equal(causeway(["chain", "head", ...where()]).stdout, head.stdout);
  });

  it("prune says which rule kept more states than asked for (B14)", async () => {
    const account = (byte: string): Address => `0x${byte.repeat(20)}`;
    const bridged = await sealedGenesis({
      validators: [1, 2, 3, 4].map((i) => ({ consensusKey: account(`c${i}`), operator: account(`e${i}`) })),
      attesters: [1, 2, 3, 4].map((i) => account(`a${i}`)),
      causeway: {},
      bridge: { l1ChainId: 1, deployer: account("d1"), deployerNonce: 0 },
    });
    await writeFile(path("bridged.json"), JSON.stringify(bridged));
    await mineSealedChain(bridged, path("bridged"), 3);
    const pruned = causeway([
      "chain",
      "prune",
      "--genesis",
      path("bridged.json"),
      "--datadir",
      path("bridged"),
      "--keep",
      "2",
    ]);
    assert.equal(pruned.status, 0, pruned.stderr);
    const { statesKept, raisedBy } = JSON.parse(pruned.stdout) as Record<string, unknown>;
    assert.deepEqual([statesKept, raisedBy], [4, "B14"]);
    assert.match(pruned.stderr, /^kept 4 states, more than --keep 2: exits .* last 18 days \(B14\)$/m);
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
