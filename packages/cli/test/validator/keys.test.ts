import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { loadNodeConfig } from "@causeway/node/config/loadNodeConfig";
import { nodeFileSystem } from "@causeway/node/ports/nodeFileSystem";
import { SafetyRecord } from "@causeway/node/record/safetyRecord";
import type { Address, Hash } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { createKeyFile } from "../../src/init/keyFile.js";
import { SCRYPT_N } from "../../src/init/scryptN.js";
import { chooseKey } from "../../src/validator/openNode.js";
import { causeway } from "../support/causeway.js";
import { tempDir } from "../support/tempDir.js";

const L1 = ["--l1-chain-id", "31337", "--deployer", `0x${"a1".repeat(20)}`, "--deployer-nonce", "0"];
const BOOT_PEER = "/ip4/127.0.0.1/tcp/30401/p2p/12D3KooWLdxcPnv5wWw2gozD7c6cPEwH8yshMmZ7qH4oVVz3eiPM";

describe("causeway validator, keys of a node", () => {
  const path = tempDir();
  let genesisHash: Hash;

  beforeEach(() => {
    const made = causeway(["init", "--validators", "1", "--devnet", ...L1, "--dir", path("net")]);
    assert.equal(made.status, 0, made.stderr);
    genesisHash = /genesis (0x[0-9a-f]{64})/.exec(made.stdout)?.[1] as Hash;
  });

  function newKey(config: string): Address {
    const made = causeway(["validator", "new-key", "--config", config]);
    assert.equal(made.status, 0, made.stderr);
    return made.stdout.slice(0, 42) as Address;
  }

  function refused(args: string[], message: RegExp): void {
    const { status, stderr } = causeway(["validator", ...args]);
    assert.match(stderr, message);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace (X10)");
  }

  /** What the node will sign with: the keys of the ring, each with an empty record of this chain (W5). */
  async function ringOf(node: string): Promise<Address[]> {
    const config = loadNodeConfig(path(node, "config.json"));
    const password = (await readFile(config.passwordFile as string, "utf8")).trim();
    const ring: Address[] = [];
    for (const keystore of config.keystores) {
      assert.equal((await stat(keystore)).mode & 0o777, 0o600, keystore);
      const { address } = await Wallet.fromEncryptedJson(await readFile(keystore, "utf8"), password);
      const key = address.toLowerCase() as Address;
      const record = SafetyRecord.open(nodeFileSystem, { directory: path(node, "safety"), key, genesisHash });
      assert.deepEqual(record?.entries, [], `${key} has no record`);
      record?.close();
      ring.push(key);
    }
    return ring;
  }

  it("new-key adds a key with its safety record to the ring and leaves the rest of the configuration (W5, V4)", async () => {
    const config = path("net/node-1/config.json");
    const before = JSON.parse(await readFile(config, "utf8"));
    const [old] = await ringOf("net/node-1");
    const keys = [newKey(config), newKey(config)];
    assert.deepEqual(await ringOf("net/node-1"), [old, ...keys]);
    const { keystores, ...rest } = JSON.parse(await readFile(config, "utf8"));
    assert.deepEqual(keystores, ["consensus.json", "consensus-2.json", "consensus-3.json"]);
    assert.deepEqual({ ...rest, keystores: ["consensus.json"] }, before);
    assert.deepEqual(
      readdirSync(path("net/node-1")).filter((name) => name.endsWith(".new")),
      [],
    );
  });

  it("new-key gives a follower its first key", async () => {
    const config = path("net/node-1/config.json");
    const {
      keystores: _keys,
      passwordFile: _password,
      ...follower
    } = JSON.parse(await readFile(config, "utf8"));
    await writeFile(config, JSON.stringify(follower));
    const key = newKey(config);
    assert.deepEqual(await ringOf("net/node-1"), [key]);
  });

  it("new-key refuses a full ring, and changes nothing when the password file is gone", async () => {
    const config = path("net/node-1/config.json");
    const settings = JSON.parse(await readFile(config, "utf8"));
    await writeFile(config, JSON.stringify({ ...settings, passwordFile: "nowhere" }));
    refused(["new-key", "--config", config], /cannot read password file .*nowhere/);
    assert.equal(existsSync(path("net/node-1/consensus-2.json")), false);
    await writeFile(config, JSON.stringify({ ...settings, keystores: Array(8).fill("consensus.json") }));
    refused(["new-key", "--config", config], /"keystores" names 8 files, the most there may be/);
    refused(["new-key", "--config", path("nowhere.json")], /config .*nowhere\.json: cannot be read/);
  });

  it("import-key adds a key without a safety record, which makes it wait (W5), once", async () => {
    const config = path("net/node-1/config.json");
    const [own] = await ringOf("net/node-1");
    await createKeyFile(path("old"), "key", SCRYPT_N.devnet);
    const from = ["--keystore", path("old/key.json"), "--password-file", path("old/key.password")];
    const imported = causeway(["validator", "import-key", "--config", config, ...from]);
    assert.equal(imported.status, 0, imported.stderr);
    const key = imported.stdout.slice(0, 42) as Address;
    assert.notEqual(key, own);
    const { keystores, passwordFile } = loadNodeConfig(config);
    const password = (await readFile(passwordFile as string, "utf8")).trim();
    const [, second] = keystores;
    const { address } = await Wallet.fromEncryptedJson(await readFile(second as string, "utf8"), password);
    assert.equal(address.toLowerCase(), key);
    const location = { directory: path("net/node-1/safety"), key, genesisHash };
    assert.equal(SafetyRecord.open(nodeFileSystem, location), null);
    refused(["import-key", "--config", config, ...from], /the key ring holds 0x[0-9a-f]{40} already/);
    const wrong = ["--keystore", path("old/key.json"), "--password-file", passwordFile as string];
    const { status, stderr } = causeway(["validator", "import-key", "--config", config, ...wrong]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /the password does not open it/);
    assert.deepEqual(loadNodeConfig(config).keystores, keystores);
  });

  it("import-key takes no key back whose record is still there: it may have signed elsewhere since (W5)", async () => {
    const config = path("net/node-1/config.json");
    const settings = JSON.parse(await readFile(config, "utf8"));
    const key = newKey(config);
    await writeFile(config, JSON.stringify(settings));
    const from = ["--keystore", path("net/node-1/consensus-2.json")];
    const args = [...from, "--password-file", path("net/node-1/consensus.password")];
    refused(
      ["import-key", "--config", config, ...args],
      new RegExp(`safety/${key}\\.record exists.*\\(W5\\)`),
    );
    assert.deepEqual(JSON.parse(await readFile(config, "utf8")), settings);
    assert.equal(existsSync(path("net/node-1/consensus-3.json")), false);
    await rm(path("net/node-1/safety", `${key}.record`));
    const imported = causeway(["validator", "import-key", "--config", config, ...args]);
    assert.equal(imported.status, 0, imported.stderr);
  });

  it("init-node makes the folder of a node that joins, once", async () => {
    const args = [
      "init-node",
      "--dir",
      path("node-2"),
      "--genesis",
      path("net/genesis.json"),
      "--boot-peer",
      BOOT_PEER,
    ];
    const made = causeway(["validator", ...args, "--rpc-port", "9645"]);
    assert.equal(made.status, 0, made.stderr);
    const [key] = await ringOf("node-2");
    assert.match(made.stdout, new RegExp(`^genesis +${genesisHash}\\nconsensus key +${key}\\n`));
    const { name, genesis, p2p, rpc } = loadNodeConfig(path("node-2/config.json"));
    assert.deepEqual([name, p2p.bootPeers, rpc?.port], ["node-2", [BOOT_PEER], 9645]);
    assert.equal(await readFile(genesis, "utf8"), await readFile(path("net/genesis.json"), "utf8"));
    for (const file of ["operator.json", "operator.password", "identity.key"])
      assert.equal((await stat(path("node-2", file))).mode & 0o777, 0o600, file);
    refused(args, /node-2 already holds a node, and keys are never overwritten/);
    await rm(path("node-2/config.json"));
    refused(args, /consensus\.json exists without .*config\.json: .* broken off.* run this again/);
  });

  it("init-node refuses what is no genesis or no multiaddr before it makes keys", async () => {
    const dir = ["init-node", "--dir", path("node-2")];
    refused(
      [...dir, "--genesis", path("net/node-1/config.json"), "--boot-peer", BOOT_PEER],
      /genesis .*config/,
    );
    refused(
      [...dir, "--genesis", path("net/genesis.json"), "--boot-peer", "10.0.0.1:30401"],
      /must be a multiaddr/,
    );
    refused(
      [...dir, "--genesis", path("net/genesis.json"), "--boot-peer", BOOT_PEER.slice(0, -1)],
      /must be a multiaddr that ends in \/p2p/,
    );
    refused([...dir, "--genesis", path("net/genesis.json")], /'--boot-peer <multiaddr...>' not specified/);
    assert.equal(existsSync(path("node-2")), false);
  });

  it("a command takes the one key that fits, else says which there are", () => {
    const [one, two] = [Wallet.createRandom(), Wallet.createRandom()].map(
      ({ privateKey }) => new Wallet(privateKey),
    ) as [Wallet, Wallet];
    const address = (wallet: Wallet) => wallet.address.toLowerCase() as Address;
    const ring = new Map([one, two].map((wallet) => [address(wallet), wallet]));
    const choose = (asked: Address | undefined, fits: (key: Address) => boolean) =>
      chooseKey(ring, asked, "outside the set", fits);
    assert.equal(
      choose(undefined, (key) => key === address(two)),
      two,
    );
    assert.equal(
      choose(address(one), () => false),
      one,
    );
    assert.throws(
      () => choose(undefined, () => true),
      /several keys of the node are outside the set: 0x.*say which with --key/,
    );
    assert.throws(
      () => choose(undefined, () => false),
      /no key of the node is outside the set; its ring holds 0x/,
    );
    assert.throws(
      () => choose(`0x${"00".repeat(20)}`, () => true),
      /--key 0x0{40} is not in the node's key ring/,
    );
  });
});
