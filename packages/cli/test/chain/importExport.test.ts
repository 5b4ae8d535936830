import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readdir, readFile, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import type { GenesisFile } from "@causeway/chain/genesis/buildGenesis";
import { readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { causeway } from "../support/causeway.js";
import { mineSealedChain, sealedGenesis } from "../support/sealedChain.js";
import { tempDir } from "../support/tempDir.js";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));
const BLOCKS = 20;

describe("causeway chain export and import", () => {
  const path = tempDir();
  let genesis: GenesisFile;
  let hash: string;
  const flags = (datadir: string) => ["--genesis", path("genesis.json"), "--datadir", path(datadir)];
  const file = (name: string) => readFile(path(name));

  beforeEach(async () => {
    genesis = await sealedGenesis();
    await writeFile(path("genesis.json"), JSON.stringify(genesis));
    hash = await mineSealedChain(genesis, path("made"), BLOCKS);
  });

  function answer(args: readonly string[], status = 0) {
    const ended = causeway(["chain", ...args]);
    assert.equal(ended.status, status, ended.stderr);
    assert.doesNotMatch(ended.stderr, /\n\s+at /, "no stack trace");
    if (status === 2) assert.equal(ended.stdout, "", "nothing is answered to what was given wrong");
    else assert.equal(ended.stdout.split("\n").length, 2, "one line of JSON");
    return status === 2 ? { stderr: ended.stderr } : { ...JSON.parse(ended.stdout), stderr: ended.stderr };
  }
  const exported = (name: string) => answer(["export", ...flags("made"), path(name)]);
  const imported = (datadir: string, name: string, status = 0) =>
    answer(["import", ...flags(datadir), path(name)], status);

  it("bring a chain of Causeway's elsewhere, certificates and all, and once more changes nothing (N3)", async () => {
    const { from, to } = exported("a.rlp");
    assert.deepEqual([from, to], [0, BLOCKS]);
    const report = imported("other", "a.rlp");
    assert.deepEqual([report.number, report.hash, report.error], [BLOCKS, hash, null]);
    const head = answer(["head", "--datadir", path("other")]);
    assert.deepEqual([head.number, head.hash, head.stateRoot], [BLOCKS, hash, report.stateRoot]);
    assert.equal(imported("other", "a.rlp").hash, hash);
    answer(["export", ...flags("other"), path("b.rlp")]);
    assert.deepEqual(await file("b.rlp"), await file("a.rlp"));
    assert.deepEqual(await file("b.rlp.certs"), await file("a.rlp.certs"));
  });

  it("begin with genesis as geth's export does, also of a chain that has nothing else", async () => {
    await mineSealedChain(genesis, path("begun"), 0);
    const { from, to } = answer(["export", ...flags("begun"), path("begun.rlp")]);
    assert.deepEqual([from, to], [0, 0]);
    exported("a.rlp");
    const [whole, begun] = [await file("a.rlp"), await file("begun.rlp")];
    assert.deepEqual(whole.subarray(0, begun.length), begun);
    const ends = itemsOf(whole);
    assert.deepEqual([ends.length, ends[0]], [BLOCKS + 1, begun.length]);
    assert.equal(imported("other", "begun.rlp").number, 0);
    assert.equal(imported("other", "a.rlp").hash, hash);
  });

  it("gzip what is called .gz, and read it again, as geth does", async () => {
    exported("a.rlp");
    exported("a.rlp.gz");
    const gzipped = await file("a.rlp.gz");
    assert.deepEqual(gunzipSync(gzipped), await file("a.rlp"));
    assert.deepEqual(await file("a.rlp.gz.certs"), await file("a.rlp.certs"));
    await writeFile(path("cut.gz"), gzipped.subarray(0, gzipped.length - 20));
    const certs = ["--certs", path("a.rlp.certs")];
    const cut = answer(["import", ...flags("cut"), ...certs, path("cut.gz")], 1);
    assert.equal(cut.error.rule, "file.truncated");
    assert.match(cut.stderr, /cut\.gz ends before its gzip does/);
    await writeFile(path("plain.gz"), await file("a.rlp"));
    const plain = answer(["import", ...flags("cut"), ...certs, path("plain.gz")], 1);
    assert.deepEqual([plain.error.index, plain.error.rule], [0, "file.gzip"]);
    await writeFile(path("empty.gz"), "");
    assert.equal(
      answer(["import", ...flags("cut"), ...certs, path("empty.gz")], 1).error.rule,
      "file.truncated",
    );
    // Several members behind one another are one file to gzip.
    const half = (await file("a.rlp")).length >> 1;
    const halves = [(await file("a.rlp")).subarray(0, half), (await file("a.rlp")).subarray(half)];
    await writeFile(path("two.rlp.gz"), Buffer.concat(halves.map((bytes) => gzipSync(bytes))));
    assert.equal(answer(["import", ...flags("two"), ...certs, path("two.rlp.gz")]).hash, hash);
    assert.equal(imported("other", "a.rlp.gz").hash, hash);
  });

  it("leave no gzip where the disk is full", async function () {
    if (!existsSync("/dev/full")) this.skip();
    await symlink("/dev/full", path("a.gz.partial"));
    const ended = causeway(["chain", "export", ...flags("made"), path("a.gz")]);
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /^causeway: .*a\.gz could not be written \(ENOSPC\)/);
    assert.equal(existsSync(path("a.gz")), false);
  });

  it("read from a pipe, a socket and a process substitution", function () {
    if (process.platform === "win32") this.skip();
    exported("a.rlp");
    const shell = (command: string, datadir: string) => {
      const given = [...flags(datadir), "--certs", path("a.rlp.certs")];
      const words = [process.execPath, BIN, "chain", "import", ...given];
      const ended = spawnSync("bash", ["-c", `file=$0; ${command}`, path("a.rlp"), ...words], {
        encoding: "utf8",
      });
      assert.equal(ended.status, 0, ended.stderr);
      return JSON.parse(ended.stdout);
    };
    assert.equal(shell('cat "$file" | "$@" /dev/stdin', "piped").hash, hash);
    assert.equal(shell('"$@" <(cat "$file")', "substituted").hash, hash);
    assert.equal(shell('"$@" /dev/stdin < "$file"', "redirected").hash, hash);
    // A child of Node's reads from a socket.
    const args = ["chain", "import", ...flags("socket"), "--certs", path("a.rlp.certs"), "/dev/stdin"];
    const child = spawnSync(process.execPath, [BIN, ...args], {
      encoding: "utf8",
      input: readFileSync(path("a.rlp")),
    });
    assert.equal(JSON.parse(child.stdout).hash, hash, child.stderr);
    assert.match(answer(["import", ...flags("other"), path()], 2).stderr, /is a directory: give a file/);
  });

  it("take a part of the chain, and what goes on from it", () => {
    answer(["export", ...flags("made"), "--to", "7", path("a.rlp")]);
    answer(["export", ...flags("made"), "--from", "6", path("b.rlp")]);
    assert.equal(imported("other", "b.rlp", 1).error.rule, "N3.height");
    assert.equal(imported("other", "a.rlp").number, 7);
    assert.equal(imported("other", "b.rlp").hash, hash);
    answer(["export", ...flags("made"), "--from", "0", "--to", "0", path("c.rlp")]);
    assert.equal(imported("third", "c.rlp").number, 0, "the genesis block is passed over");
  });

  it("refuse a block without a quorum's certificate, and keep what came before (N3)", async () => {
    exported("a.rlp");
    const certificates = await file("a.rlp.certs");
    const cuts = itemsOf(certificates);
    await writeFile(path("a.rlp.certs"), certificates.subarray(0, cuts[4]));
    const missing = imported("other", "a.rlp", 1);
    assert.equal(missing.number, 5);
    assert.deepEqual(missing.error, { index: 6, number: 6, rule: "N3.certificate" });
    const forged = Buffer.from(certificates);
    const at = (cuts[6] ?? 0) - 3;
    forged[at] = (forged[at] ?? 0) ^ 1;
    await writeFile(path("a.rlp.certs"), forged);
    const refused = imported("other", "a.rlp", 1);
    assert.deepEqual([refused.number, refused.error.index, refused.error.rule], [6, 7, "N3.SealMismatch"]);
    assert.match(refused.stderr, /causeway: block 7 of .*a\.rlp: block 7 0x/);
    await rm(path("a.rlp.certs"));
    assert.match(
      answer(["import", ...flags("other"), path("a.rlp")], 2).stderr,
      /a\.rlp\.certs cannot be read/,
    );
    await writeFile(path("a.rlp.certs"), certificates);
    assert.equal(imported("other", "a.rlp").hash, hash);
  });

  it("refuse a block that was changed, whatever its certificate says (H1, N3)", async () => {
    exported("a.rlp");
    const blocks = await file("a.rlp");
    const cuts = itemsOf(blocks);
    const changed = Buffer.from(blocks);
    // In the signature of the block's transaction.
    const at = (cuts[4] ?? 0) - 40;
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(path("a.rlp"), changed);
    const report = imported("other", "a.rlp", 1);
    assert.deepEqual([report.number, report.error.index, report.error.number], [3, 4, 4]);
    assert.match(report.error.rule, /^(N3|H1)\./);
  });

  it("say what is wrong with a file: cut short, garbage, not there, another chain's", async () => {
    exported("a.rlp");
    const cuts = itemsOf(await file("a.rlp"));
    await truncate(path("a.rlp"), (cuts[9] ?? 0) + 100);
    const short = imported("other", "a.rlp", 1);
    assert.deepEqual([short.number, short.error.index, short.error.rule], [9, 10, "file.truncated"]);
    await truncate(path("a.rlp"), cuts[8] ?? 0);
    const cut = imported("other", "a.rlp", 1);
    assert.deepEqual([cut.number, cut.error.index, cut.error.rule], [9, 9, "N3.certificate"]);
    assert.match(cut.stderr, /a\.rlp: the file of blocks ends before block 9, whose certificate is there/);
    await writeFile(path("a.rlp"), "hello");
    assert.equal(imported("other", "a.rlp", 1).error.rule, "file.encoding");
    await writeFile(path("a.rlp"), Uint8Array.of(0xc3, 0xc0, 0xc0, 0xc0));
    assert.equal(imported("other", "a.rlp", 1).error.rule, "H1.encoding");
    assert.match(
      answer(["import", ...flags("other"), path("none")], 2).stderr,
      /none cannot be read \(ENOENT\)/,
    );
    const ethereum = { config: { chainId: 1 }, gasLimit: "0x1000000", difficulty: "0x20000", alloc: {} };
    await writeFile(path("ethereum.json"), JSON.stringify(ethereum));
    const wrong = ["--genesis", path("ethereum.json"), "--datadir", path("other")];
    assert.match(answer(["import", ...wrong, path("a.rlp")], 2).stderr, /holds the chain with genesis 0x/);
    assert.match(answer(["head", ...wrong], 2).stderr, /holds the chain with genesis 0x/);
    assert.match(answer(["prune", ...wrong, "--keep", "1"], 2).stderr, /holds the chain with genesis 0x/);
    await writeFile(path("ethereum.json"), JSON.stringify({ ...ethereum, gasLimit: "much" }));
    assert.match(
      answer(["import", ...wrong, path("a.rlp")], 2).stderr,
      /ethereum\.json: gasLimit must be a quantity/,
    );
    assert.match(
      answer(["export", ...flags("made"), "--to", "99", path("x")], 2).stderr,
      /up to the head 20/,
    );
    assert.match(answer(["head", "--datadir", path("nowhere")], 2).stderr, /holds no chain/);
  });

  it("leave what a node has pooled to the node", async () => {
    await writeFile(path("made", "transactions.hex"), "0x02\n");
    exported("a.rlp");
    await mineSealedChain(genesis, path("other"), 1);
    await writeFile(path("other", "transactions.hex"), "0x02\n");
    imported("other", "a.rlp");
    for (const datadir of ["made", "other"]) {
      assert.equal(await readFile(path(datadir, "transactions.hex"), "utf8"), "0x02\n");
    }
  });

  it("name the file of certificates where it holds something else", async () => {
    exported("a.rlp");
    await writeFile(path("a.rlp.certs"), "hello");
    const { error, stderr } = imported("other", "a.rlp", 1);
    assert.deepEqual([error.index, error.rule], [1, "file.encoding"]);
    assert.match(stderr, /a\.rlp: byte 0 of the file of certificates is 0x68/m);
  });

  it("leave nothing where the disk is full, and name the file", async function () {
    if (!existsSync("/dev/full")) this.skip();
    await symlink("/dev/full", path("a.rlp.partial"));
    const ended = causeway(["chain", "export", ...flags("made"), path("a.rlp")]);
    assert.equal(ended.status, 1);
    assert.match(ended.stderr, /^causeway: .*a\.rlp could not be written \(ENOSPC\)/);
    assert.deepEqual(
      (await readdir(path())).filter((name) => name.startsWith("a.rlp")),
      [],
    );
    exported("a.rlp");
  });

  it("begin where a chain that was restored begins", () => {
    const { trust } = answer(["snapshot", ...flags("made"), "--out", path("snapshot")]);
    const restore = ["restore", ...flags("other"), "--trust", trust];
    assert.match(answer([...restore, path()], 2).stderr, /is a directory: give a file/);
    answer([...restore, path("snapshot")]);
    const { from, to } = answer(["export", ...flags("other"), path("a.rlp")]);
    assert.deepEqual([from, to], [BLOCKS, BLOCKS]);
    const early = causeway(["chain", "export", ...flags("other"), "--from", "1", path("b.rlp")]);
    assert.match(
      early.stderr,
      /block 1 is not here: the chain began with a snapshot of block 20; begin there/,
    );
    assert.equal(early.status, 1);
  });

  it("warn when the block to trust is not the newest of a snapshot: keys alone vouch for the rest (N4)", async () => {
    const genesisHash = await mineSealedChain(genesis, path("begun"), 0);
    const parentHash = await mineSealedChain(genesis, path("shorter"), BLOCKS - 1);
    const { trust } = answer(["snapshot", ...flags("made"), "--out", path("snapshot")]);
    const restored = (datadir: string, trusted: string) =>
      answer(["restore", ...flags(datadir), "--trust", trusted, path("snapshot")]);
    assert.doesNotMatch(restored("newest", trust).stderr, /warning/);
    const { stderr } = restored("genesis", `0:${genesisHash}`);
    assert.match(stderr, /^warning: --trust names block 0, and the snapshot goes on to block 20\./m);
    assert.match(stderr, /the 20 blocks above it .* keys .* sold/);
    assert(stderr.includes(`compare with nodes or people you trust that block 20 is ${hash}`), stderr);
    assert.match(restored("parent", `19:${parentHash}`).stderr, /the 1 block above it is of the chain/);
  });

  it("keep a chain with certificates from a genesis file that asks for none, and the other way round (H)", async () => {
    exported("a.rlp");
    const { causeway: _asksForThem, ...config } = genesis.config;
    await writeFile(path("plain.json"), JSON.stringify({ ...genesis, config }));
    const plain = (datadir: string) => ["--genesis", path("plain.json"), "--datadir", path(datadir)];
    const wrong = /holds a chain of Causeway's, but the genesis file has no config\.causeway/;
    assert.match(answer(["import", ...plain("made"), path("a.rlp")], 2).stderr, wrong);
    assert.match(answer(["prune", ...plain("made"), "--keep", "128"], 2).stderr, wrong);
    assert.match(answer(["reindex", ...plain("made")], 2).stderr, wrong);
    // Any client may execute the blocks again; what comes of it is no validator's chain.
    assert.equal(answer(["import", ...plain("other"), path("a.rlp")]).hash, hash);
    assert.match(
      answer(["import", ...flags("other"), path("a.rlp")], 2).stderr,
      /without certificates.*: import it anew/,
    );
    assert.match(
      causeway(["chain", "reindex", ...plain("other")]).stderr,
      /every index but that of addresses is whole/,
    );
    assert.match(
      answer(["snapshot", ...plain("other"), "--out", path("s")], 2).stderr,
      /plain\.json: config\.causeway is missing/,
    );
  });

  it("killed at any instant leave a chain that the same file completes (W6)", async () => {
    exported("a.rlp");
    let height = 0;
    for (const bytes of [0, 1, 20_000, 40_000, 80_000]) {
      const child = spawn(process.execPath, [BIN, "chain", "import", ...flags("other"), path("a.rlp")], {
        stdio: "ignore",
      });
      const ended = once(child, "exit");
      let over = false;
      void ended.then(() => {
        over = true;
      });
      while (!over && (await bytesOf(path("other", "chain"))) < bytes) await setImmediate();
      child.kill("SIGKILL");
      await ended;
      const head = causeway(["chain", "head", "--datadir", path("other")]);
      // Killed before there was a chain.
      if (head.status === 2 && bytes <= 1) continue;
      assert.equal(head.status, 0, head.stderr);
      const { number } = JSON.parse(head.stdout);
      assert.ok(number >= height, "what was there stays there");
      height = number;
    }
    assert.equal(imported("other", "a.rlp").hash, hash);
  });
});

/** Of all files of a directory; 0 for none. */
async function bytesOf(directory: string): Promise<number> {
  const names = await readdir(directory).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) => stat(join(directory, name)).catch(() => ({ size: 0 }))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** Where each item of a file of RLP lists ends. */
function itemsOf(bytes: Uint8Array): number[] {
  const ends: number[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const first = bytes[offset] ?? 0;
    const lengthBytes = Math.max(0, first - 0xf7);
    const length =
      lengthBytes === 0
        ? first - 0xc0
        : bytes.subarray(offset + 1, offset + 1 + lengthBytes).reduce((sum, byte) => sum * 256 + byte, 0);
    const end = offset + 1 + lengthBytes + length;
    readRlpList(readRlp(bytes.subarray(offset, end), "item"), "item", 64);
    offset = end;
    ends.push(end);
  }
  return ends;
}
