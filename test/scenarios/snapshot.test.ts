import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { blockKeys } from "@causeway/chain/store/blockKeys";
import { openDatabase } from "@causeway/chain/store/database";
import { keys } from "@causeway/chain/store/keys";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { freePortBases, layOutPorts } from "@causeway/devnet/ports";
import { waitFor } from "@causeway/devnet/waitFor";
import type { Address, Hash } from "@causeway/protocol/hex";
import { JsonRpcProvider, Wallet } from "ethers";
import { rpc, rpcAnswer } from "../support/rpc.js";
import { type CommandResult, runCauseway } from "../support/runCauseway.js";
import { CAUSEWAY, removeCluster, startUnbridged } from "../support/testCluster.js";

const VALIDATORS = 4;
const WAIT_TIMEOUT_MS = 120_000;
const EPOCH_LENGTH = 5;
const PAYEE: Address = `0x${"5e".repeat(20)}`;
const PAID_WEI = 12_345n;
/** Blocks of the network that the restored node has to catch up with. */
const BLOCKS_MISSED = 5;

describe("a node's chain is copied, restored and mended (N4, V5)", () => {
  let cluster: Cluster;
  let fifth: ManagedProcess | undefined;
  const ports = freePortBases(VALIDATORS + 1, 0);
  let snapshot: { readonly height: number; readonly hash: Hash; readonly trust: string };
  let payment: Hash;
  /** The last block of an epoch, after which another set seals. */
  let changedAt: number;

  before(async () => {
    cluster = await startUnbridged({
      validators: VALIDATORS,
      ports: await ports,
      initArgs: ["--empty-block-period", "1", "--epoch-length", String(EPOCH_LENGTH)],
    });
    payment = await pay();
    await changeSet();
  });
  after(async () => {
    await fifth?.stop();
    await removeCluster(cluster);
  });

  it("a running node's chain is not touched; a stopped one's is written to one file", async () => {
    const busy = await chain("snapshot", 4, "--out", cluster.path("snapshot"));
    assert.match(busy.stderr, /is in use by another process: stop it/);
    assert.equal(busy.status, 1);
    assert.deepEqual(await leftovers("snapshot"), []);

    await validator(4).stop();
    const written = await chain("snapshot", 4, "--out", cluster.path("snapshot"));
    assert.equal(written.status, 0, written.stderr);
    snapshot = JSON.parse(written.stdout) as typeof snapshot;
    const head = JSON.parse((await chain("head", 4)).stdout) as { number: number; hash: Hash };
    assert.deepEqual([snapshot.height, snapshot.hash], [head.number, head.hash]);
    assert.equal(snapshot.trust, `${snapshot.height}:${snapshot.hash}`);
    const again = await chain("snapshot", 4, "--out", cluster.path("snapshot"));
    assert.match(again.stderr, /--out .*snapshot exists: give a new file/);
    assert.equal(again.status, 2);
  });

  it("it is restored only with the trusted block, and not over a chain", async () => {
    await initFifth();
    for (const trust of [`${snapshot.height}:0x${"ab".repeat(32)}`, `1:${snapshot.hash}`]) {
      const refused = await chain("restore", 5, "--trust", trust, cluster.path("snapshot"));
      assert.match(refused.stderr, /^causeway: snapshot: .*trust/);
      assert.equal(refused.status, 2);
      assert.deepEqual(await leftovers("node-5/chain"), []);
    }
    const restored = await chain("restore", 5, "--trust", snapshot.trust, cluster.path("snapshot"));
    assert.equal(restored.status, 0, restored.stderr);
    assert.deepEqual(JSON.parse(restored.stdout), { height: snapshot.height, hash: snapshot.hash });
    assert.deepEqual(JSON.parse((await chain("head", 5)).stdout).hash, snapshot.hash);
    const twice = await chain("restore", 5, "--trust", snapshot.trust, cluster.path("snapshot"));
    assert.match(twice.stderr, /holds a chain already/);
    assert.equal(twice.status, 2);
  });

  it("the restored node follows the network from there, and says what it does not have", async () => {
    await cluster.waitForHeight(1, snapshot.height + BLOCKS_MISSED, WAIT_TIMEOUT_MS);
    fifth?.start();
    const head = await cluster.height(1);
    const url = await fifthUrl();
    await waitFor(
      "the restored node to catch up",
      async () => (Number(await rpc<string>(url, "eth_blockNumber")) >= head ? true : null),
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
    const tag = `0x${head.toString(16)}`;
    assert.deepEqual(
      await rpc(url, "eth_getBlockByNumber", tag, true),
      await rpc(cluster.rpcUrl(1), "eth_getBlockByNumber", tag, true),
    );
    assert.equal(BigInt(await rpc<string>(url, "eth_getBalance", PAYEE, tag)), PAID_WEI);
    assert.deepEqual(
      await rpc(url, "causeway_getValidators", "0x1"),
      await rpc(cluster.rpcUrl(1), "causeway_getValidators", "0x1"),
    );
    // Perhaps with other seals than the next node's: they prove the same (F1).
    const [own, other] = await Promise.all([url, cluster.rpcUrl(1)].map((at) => changeCertificate(at)));
    assert.equal(own?.checkpoint.blockHash, other?.checkpoint.blockHash);
    assert.notEqual(own?.checkpoint.nextValidatorSetHash, own?.checkpoint.validatorSetHash);
    const certificate = { jsonrpc: "2.0", id: 1, method: "causeway_getCertificate", params: ["0x1"] };
    assert.match((await rpcAnswer(url, certificate)).error?.message ?? "", /not kept here/);

    const old = { jsonrpc: "2.0", id: 1, method: "eth_getBlockByNumber", params: ["0x2", false] };
    const { error } = await rpcAnswer(url, old);
    assert.equal(
      error?.message,
      `block 2 is not kept here: this node was restored from a snapshot of block ${snapshot.height}; ask a node with the whole history`,
    );
    const state = { jsonrpc: "2.0", id: 1, method: "eth_getBalance", params: [PAYEE, "0x2"] };
    assert.match(
      (await rpcAnswer(url, state)).error?.message ?? "",
      new RegExp(
        `^missing trie node: historical state 0x[0-9a-f]{64} of block 2 is not available: this node keeps states from block ${snapshot.height} on`,
      ),
    );
  });

  it("a node that lost its indexes rebuilds them at its start; reindex does it at any time", async () => {
    await loseIndexes(4);
    validator(4).start();
    await cluster.waitForHeight(4, snapshot.height + BLOCKS_MISSED, WAIT_TIMEOUT_MS);
    assert.match(
      readFileSync(cluster.path("node-4/node.log"), "utf8"),
      /an index of the blocks is incomplete/,
    );
    const found = await rpc<{ blockNumber: string }>(cluster.rpcUrl(4), "eth_getTransactionByHash", payment);
    assert.deepEqual(found, await rpc(cluster.rpcUrl(1), "eth_getTransactionByHash", payment));
    const block = await rpc<{ hash: Hash }>(
      cluster.rpcUrl(4),
      "eth_getBlockByNumber",
      found.blockNumber,
      false,
    );
    const byHash = await rpc<{ number: string }>(cluster.rpcUrl(4), "eth_getBlockByHash", block.hash, false);
    assert.equal(byHash.number, found.blockNumber);

    await validator(4).stop();
    const reindexed = await chain("reindex", 4);
    assert.match(reindexed.stderr, /every index but that of addresses is whole/);
    assert.equal(reindexed.status, 0);
  });

  function validator(i: number): ManagedProcess {
    return cluster.validators[i - 1] as ManagedProcess;
  }

  function chain(verb: string, i: number, ...args: readonly string[]): Promise<CommandResult> {
    return runCauseway(
      ...["chain", verb, "--genesis", cluster.path("genesis.json")],
      ...["--datadir", cluster.path(`node-${i}/chain`), ...args],
    );
  }

  /** Files of a directory, or beside a file, that a refused command would have left. */
  async function leftovers(path: string): Promise<string[]> {
    const [directory = "", name = ""] = path.includes("/") ? [path, ""] : [".", path];
    if (!existsSync(cluster.path(directory))) return [];
    return (await readdir(cluster.path(directory))).filter((file) => file.startsWith(name));
  }

  async function pay(): Promise<Hash> {
    const provider = new JsonRpcProvider(cluster.rpcUrl(1), cluster.options.chainId, { staticNetwork: true });
    try {
      const payer = new Wallet(devAccount(0).privateKey, provider);
      const sent = await payer.sendTransaction({ to: PAYEE, value: PAID_WEI });
      await sent.wait();
      return sent.hash as Hash;
    } finally {
      provider.destroy();
    }
  }

  /** The operator of validator 2 rotates its key: a change of the set that a snapshot has to prove. */
  async function changeSet(): Promise<void> {
    const config = ["--config", cluster.path("node-2/config.json")];
    const old = addressIn("node-2/consensus.json");
    await succeeds("new-key", ...config);
    await validator(2).stop();
    validator(2).start();
    await cluster.waitForHeight(2, await cluster.height(1), WAIT_TIMEOUT_MS);
    const rotated = await succeeds(
      ...["rotate", old, ...config, "--keystore", cluster.path("node-2/operator.json")],
      ...["--rpc", cluster.rpcUrl(1)],
    );
    const from = Number(/at block (\d+)/.exec(rotated.stdout)?.[1]);
    changedAt = from - 1;
    for (const i of [1, 4]) await cluster.waitForHeight(i, from + 1, WAIT_TIMEOUT_MS);
  }

  async function succeeds(...args: readonly string[]): Promise<CommandResult> {
    const result = await runCauseway("validator", ...args);
    assert.equal(result.status, 0, result.stderr);
    return result;
  }

  async function initFifth(): Promise<void> {
    const { rpc: rpcPorts, p2p, metrics } = layOutPorts(await ports, VALIDATORS + 1, 0);
    const { p2p: own } = JSON.parse(readFileSync(cluster.path("node-4/config.json"), "utf8")) as {
      p2p: { bootPeers: string[] };
    };
    await succeeds(
      ...["init-node", "--dir", cluster.path("node-5"), "--genesis", cluster.path("genesis.json")],
      ...["--boot-peer", ...own.bootPeers, "--rpc-port", String(rpcPorts[VALIDATORS])],
      ...["--p2p-port", String(p2p[VALIDATORS]), "--metrics-port", String(metrics[VALIDATORS])],
    );
    fifth = new ManagedProcess({
      name: "node 5",
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", cluster.path("node-5/config.json")],
      logFile: cluster.path("node-5/node.log"),
    });
  }

  function changeCertificate(
    url: string,
  ): Promise<{ readonly checkpoint: { readonly [field: string]: string } }> {
    return rpc(url, "causeway_getCertificate", `0x${changedAt.toString(16)}`);
  }

  async function fifthUrl(): Promise<string> {
    return `http://127.0.0.1:${layOutPorts(await ports, VALIDATORS + 1, 0).rpc[VALIDATORS]}`;
  }

  /** As a disk may lose them: every hash by number, and the place of the payment. */
  async function loseIndexes(i: number): Promise<void> {
    const database = await openDatabase(cluster.path(`node-${i}/chain`));
    const numbers = Array.from({ length: snapshot.height + 1 }, (_, number) => blockKeys.hash(number));
    await database.write([], [...numbers, keys.transaction(payment)]);
    await database.close();
  }

  function addressIn(keystore: string): Address {
    const { address } = JSON.parse(readFileSync(cluster.path(keystore), "utf8")) as { address: string };
    return `0x${address.replace(/^0x/, "").toLowerCase()}`;
  }
});
