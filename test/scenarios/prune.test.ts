import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { devAccount } from "@causeway/devnet/devnetAccounts";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { rpc } from "../support/rpc.js";
import { runCauseway } from "../support/runCauseway.js";
import { CAUSEWAY, makeCluster, removeCluster } from "../support/testCluster.js";
import { writeHistory } from "../support/writeHistory.js";

const BLOCKS = 200;
const KEEP = 150;
const OLDEST = BLOCKS - KEEP + 1;
/** Seconds. */
const HISTORY_AGE = 1_000;
const TIMEOUT_MS = 120_000;
const ACCOUNT = devAccount(0).address;

/** A network of one, so that it is enough to prune one. */
describe("causeway chain prune, and a validator on what is left (B14, V5)", () => {
  let cluster: Cluster;
  let node: ManagedProcess;

  before(async () => {
    cluster = await makeCluster({ validators: 1, initArgs: ["--empty-block-period", "1"] });
    await cluster.init();
    await makeOlder(cluster);
    await writeHistory(cluster, BLOCKS);
    node = new ManagedProcess({
      name: "validator 1",
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", cluster.path("node-1/config.json"), "--accept-new-safety-record"],
      logFile: cluster.path("node-1/node.log"),
    });
  });
  after(async () => {
    await node?.stop();
    await removeCluster(cluster);
  });

  it("prints what it kept and what it gave back", async () => {
    const { status, stdout, stderr } = await prune();
    assert.equal(status, 0, stderr);
    const report = JSON.parse(stdout) as Record<string, number>;
    assert.deepEqual([report.head, report.oldestState, report.statesKept], [BLOCKS, OLDEST, KEEP]);
    assert.ok((report.nodesDeleted ?? 0) > 0 && (report.bytesFreed ?? 0) > 0, stdout);
    assert.equal(stderr, `states of blocks ${OLDEST} to ${BLOCKS} are kept\n`);
  });

  it("leaves a chain whose validator goes on", async () => {
    node.start();
    await cluster.waitForHeight(1, BLOCKS + 3, TIMEOUT_MS);
  });

  it("refuses older states with one error by every method, naming the oldest", async () => {
    const [oldest, older] = [OLDEST, OLDEST - 1].map((number) => `0x${number.toString(16)}`);
    const transfer = { to: ACCOUNT };
    const methods: [string, (tag: unknown) => unknown[]][] = [
      ["eth_getBalance", (tag) => [ACCOUNT, tag]],
      ["eth_getCode", (tag) => [ACCOUNT, tag]],
      ["eth_getTransactionCount", (tag) => [ACCOUNT, tag]],
      ["eth_getStorageAt", (tag) => [ACCOUNT, "0x0", tag]],
      ["eth_getProof", (tag) => [ACCOUNT, [], tag]],
      ["eth_call", (tag) => [transfer, tag]],
      ["eth_estimateGas", (tag) => [transfer, tag]],
      ["eth_createAccessList", (tag) => [transfer, tag]],
      ["eth_simulateV1", (tag) => [{ blockStateCalls: [{}] }, tag]],
      ["debug_traceCall", (tag) => [transfer, tag, {}]],
    ];
    for (const [method, params] of methods) {
      await ask(method, ...params(oldest));
      await assert.rejects(ask(method, ...params(older)), missing(OLDEST - 1), method);
    }
    // A block runs again on the state before it.
    for (const method of ["debug_traceBlockByNumber", "trace_block"]) {
      await ask(method, `0x${(OLDEST + 1).toString(16)}`);
      await assert.rejects(ask(method, oldest), missing(OLDEST - 1), method);
    }
    const { state, blocks } = await ask<Record<string, { oldestBlock: string }>>("eth_capabilities");
    assert.deepEqual([state?.oldestBlock, blocks?.oldestBlock], [oldest, "0x0"]);
  });

  it("serves every block, receipt list and certificate as before", async () => {
    for (const number of [1, OLDEST - 1, BLOCKS].map((height) => `0x${height.toString(16)}`)) {
      assert.equal((await ask<{ number: string }>("eth_getBlockByNumber", number, false)).number, number);
      assert.deepEqual(await ask("eth_getBlockReceipts", number), []);
      assert.ok(await ask("causeway_getCertificate", number));
    }
  });

  it("is refused while the node runs", async () => {
    const { status, stderr } = await prune();
    assert.equal(status, 1);
    assert.match(stderr, /^causeway: data directory .* is in use by another process/);
  });

  function ask<T>(method: string, ...params: readonly unknown[]): Promise<T> {
    return rpc<T>(cluster.rpcUrl(1), method, ...params);
  }

  function missing(number: number): RegExp {
    return new RegExp(
      `missing trie node: historical state 0x[0-9a-f]{64} of block ${number} is not available: this node keeps states from block ${OLDEST} on.* \\(-32000\\)$`,
    );
  }

  function prune() {
    const where = ["--genesis", cluster.path("genesis.json"), "--datadir", cluster.path("node-1/chain")];
    return runCauseway("chain", "prune", ...where, "--keep", String(KEEP));
  }
});

/** The chain begins early enough for its history; what the key's record says of the other genesis goes. */
async function makeOlder(cluster: Cluster): Promise<void> {
  const path = cluster.path("genesis.json");
  const genesis = JSON.parse(await readFile(path, "utf8")) as { timestamp: string };
  genesis.timestamp = `0x${(Number(genesis.timestamp) - HISTORY_AGE).toString(16)}`;
  await writeFile(path, JSON.stringify(genesis));
  await rm(cluster.path("node-1/safety"), { recursive: true });
}
