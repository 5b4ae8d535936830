import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import type { ManagedProcess } from "@causeway/devnet/managedProcess";
import { waitFor } from "@causeway/devnet/waitFor";
import { signerIndices } from "@causeway/protocol/certificate";
import { verifiedCertificate } from "../support/certificate.js";
import { haltedHeight } from "../support/haltedHeight.js";
import { rpc } from "../support/rpc.js";
import { removeCluster, startUnbridged } from "../support/testCluster.js";

const RECOVERY_TIMEOUT_MS = 120_000;
describe("validators die and come back (C11, W3, N3)", () => {
  let cluster: Cluster;

  before(async () => {
    cluster = await startUnbridged({ initArgs: ["--empty-block-period", "2", "--request-timeout", "2000"] });
  });
  after(() => removeCluster(cluster));

  it("one of four killed: blocks go on; restarted, it catches up and votes again", async () => {
    await validator(4).kill();
    const before = await cluster.height(1);
    await cluster.waitForHeight(1, before + 5, RECOVERY_TIMEOUT_MS);

    validator(4).start();
    const head = await cluster.height(1);
    await cluster.waitForHeight(4, head, RECOVERY_TIMEOUT_MS);
    await waitFor(
      "a certificate sealed by validator 4 after its return",
      async () => {
        const height = await cluster.height(4);
        if (height <= head) return null;
        const { signers, validators } = await verifiedCertificate(cluster, 1, height);
        const own = await ownKey(4);
        return signerIndices(signers, validators.length).some((i) => validators[i] === own) ? true : null;
      },
      { timeoutMs: RECOVERY_TIMEOUT_MS },
    );
    await assertOneChain();
  });

  it("two of four killed: no block and no fork; one restarted: blocks resume without touching the others", async () => {
    await Promise.all([validator(3).kill(), validator(4).kill()]);
    const halted = await haltedHeight(cluster, RECOVERY_TIMEOUT_MS);

    validator(3).start();
    await cluster.waitForHeight(1, halted + 3, RECOVERY_TIMEOUT_MS);
    await cluster.waitForHeight(3, halted + 3, RECOVERY_TIMEOUT_MS);
    validator(4).start();
    await cluster.waitForHeight(4, halted + 3, RECOVERY_TIMEOUT_MS);
    await assertOneChain();
  });

  it("all four killed at once: they go on from where they were", async () => {
    const before = Math.max(...(await Promise.all([1, 2, 3, 4].map((i) => cluster.height(i)))));
    await Promise.all(cluster.validators.map((process) => process.kill()));
    for (const process of cluster.validators) process.start();
    await Promise.all([1, 2, 3, 4].map((i) => cluster.waitForHeight(i, before + 2, RECOVERY_TIMEOUT_MS)));
    await assertOneChain();
  });

  function validator(i: number): ManagedProcess {
    return cluster.validators[i - 1] as ManagedProcess;
  }

  async function ownKey(i: number): Promise<string> {
    const keystore = JSON.parse(await readFile(cluster.path(`node-${i}/consensus.json`), "utf8")) as {
      address: string;
    };
    return `0x${keystore.address.replace(/^0x/, "").toLowerCase()}`;
  }

  /** Every running validator has the same hash at every height they share. */
  async function assertOneChain(): Promise<void> {
    const heights = await Promise.all([1, 2, 3, 4].map((i) => cluster.height(i)));
    const shared = Math.min(...heights);
    for (let height = 0; height <= shared; height++) {
      const tag = `0x${height.toString(16)}`;
      const hashes = await Promise.all(
        [1, 2, 3, 4].map(
          async (i) =>
            (await rpc<{ hash: string }>(cluster.rpcUrl(i), "eth_getBlockByNumber", tag, false)).hash,
        ),
      );
      assert.equal(new Set(hashes).size, 1, `validators differ at height ${height}: ${hashes}`);
    }
  }
});
