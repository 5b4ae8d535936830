import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { waitFor } from "@causeway/devnet/waitFor";
import { IpcSocketProvider } from "ethers";
import { rpc } from "../support/rpc.js";
import { closeAll, openIdleSockets } from "../support/rpcFuzz/idleSockets.js";
import {
  fuzzRpc,
  megabytes,
  RESIDENT_FACTOR_MAX,
  residentBytes,
  settledBelow,
  warmUp,
} from "../support/rpcFuzz/rpcFuzz.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

/** `CAUSEWAY_FUZZ_SEED` runs one again. */
const SEED = Number(process.env.CAUSEWAY_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 32));
const CASES = 2_000;
const ATTEMPTS = 10_000;
const WAIT = { timeoutMs: 150_000 };

describe("what no client would send to a node", function () {
  if (process.platform === "win32") this.pending = true;
  let cluster: Cluster;
  before(async () => {
    cluster = await startUnbridged({ validators: 1, initArgs: ["--empty-block-period", "1"] });
  });
  after(() => removeCluster(cluster));

  const pid = () => cluster.validators[0]?.pid ?? assert.fail("the validator does not run");

  it(`is answered or closed, costs bounded memory, and blocks go on (seed ${SEED})`, async () => {
    const target = { url: cluster.rpcUrl(1), ipcPath: cluster.path("node-1/causeway.ipc"), pid: pid() };
    const figures = await fuzzRpc(target, { seed: SEED, cases: CASES, report: () => {} });
    console.log(
      `      ${figures.cases} cases of ${Object.keys(figures.kinds).length} kinds, ${figures.blocks} blocks; resident ${megabytes(figures.residentBefore)} before, ${megabytes(figures.residentAfter)} after`,
    );
    assert.equal(cluster.validators[0]?.running, true);
  });

  it("10,000 idle websockets: 500 may be open, each other one is told the limit, and blocks go on", async () => {
    const before = await residentBytes(pid());
    const { open, refused, cut } = await openIdleSockets(cluster.rpcUrl(1), ATTEMPTS);
    // Connections that this test itself keeps alive count as well.
    assert.ok(open.length > 400 && open.length <= 500, `${open.length} open`);
    assert.deepEqual([refused, cut], [ATTEMPTS - open.length, 0]);
    await nextBlocks();
    await closeAll(open);
    await staysSmall(before);
  });

  it("10,000 idle websockets with the limit raised are all open, and blocks go on", async () => {
    await raiseConnections(ATTEMPTS + 500);
    await warmUp(cluster.rpcUrl(1));
    const before = await residentBytes(pid());
    const { open, refused, cut } = await openIdleSockets(cluster.rpcUrl(1), ATTEMPTS);
    const during = await residentBytes(pid());
    assert.deepEqual([open.length, refused, cut], [ATTEMPTS, 0, 0]);
    await nextBlocks();
    await closeAll(open);
    await staysSmall(before);
    console.log(
      `      resident ${megabytes(before)} before, ${megabytes(during)} with ${open.length} open, ${megabytes(await residentBytes(pid()))} after`,
    );
  });

  /** Two blocks follow, seen over the IPC socket, whose connections are counted apart. */
  async function nextBlocks(): Promise<void> {
    const provider = new IpcSocketProvider(cluster.path("node-1/causeway.ipc"));
    try {
      const start = await provider.getBlockNumber();
      const follows = async () => ((await provider.getBlockNumber()) >= start + 2 ? true : null);
      await waitFor("two blocks", follows, WAIT);
    } finally {
      provider.destroy();
    }
  }

  async function staysSmall(before: number): Promise<void> {
    const served = () => rpc(cluster.rpcUrl(1), "eth_blockNumber");
    await waitFor("the RPC to serve again", served, WAIT);
    const allowed = RESIDENT_FACTOR_MAX * before;
    const after = await settledBelow(pid(), allowed);
    assert.ok(after <= allowed, `${megabytes(after)} resident, ${megabytes(before)} before`);
  }

  async function raiseConnections(connectionsMax: number): Promise<void> {
    await cluster.validators[0]?.stop();
    const path = cluster.path("node-1/config.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    config.rpc.limits = { connectionsMax };
    await writeFile(path, JSON.stringify(config));
    cluster.validators[0]?.start();
    await cluster.waitForHeight(1, 1);
  }
});
