import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const BIN = fileURLToPath(new URL("../../../bin/causeway.js", import.meta.url));

describe("causeway explorer, what is given wrong (X10)", () => {
  const path = tempDir();
  let node: ChildProcess | null = null;
  afterEach(() => {
    node?.kill("SIGKILL");
    node = null;
  });

  function init(dir: string, ...args: string[]): void {
    const made = causeway(["init", "--validators", "1", "--devnet", "--dir", path(dir), ...args]);
    assert.equal(made.status, 0, made.stderr);
  }

  /** The RPC of a node of a network, which stands at its genesis. */
  async function serve(dir: string): Promise<string> {
    const where = ["--genesis", path(dir, "genesis.json"), "--datadir", path(dir, "node-1/chain")];
    assert.equal(causeway(["chain", "head", ...where]).status, 0);
    const args = [BIN, "chain", "serve", ...where, "--rpc-port", "0"];
    node = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    assert.ok(node.stdout);
    const [line] = (await once(createInterface(node.stdout), "line")) as [string];
    return (JSON.parse(line) as { url: string }).url;
  }

  async function follow(dir: string, rpcUrl: string) {
    const config = path(dir, "explorer/config.json");
    const settings = JSON.parse(await readFile(config, "utf8"));
    await writeFile(config, JSON.stringify({ ...settings, rpcUrl }));
    return causeway(["explorer", "--config", config]);
  }

  it("a node of another chain than the genesis, before an index is made", async () => {
    init("net");
    init("twin", "--epoch-length", "77");
    init("other", "--chain-id", "4242");
    const url = await serve("net");
    const wrong = {
      twin: /"rpcUrl" http:\S+: the node's genesis block has mixHash 0x\w+, the genesis file 0x\w+ \(H0\)\n$/,
      other: /"rpcUrl" http:\S+: the node's chain id is 73311, the genesis says 4242/,
    };
    for (const [dir, message] of Object.entries(wrong)) {
      const { status, stderr } = await follow(dir, url);
      assert.match(stderr, message);
      assert.equal(status, 2, stderr);
      assert.equal(existsSync(path(dir, "explorer/index")), false);
    }
  });
});
