import assert from "node:assert/strict";
import { copyFileSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import type { Cluster } from "@causeway/devnet/cluster";
import { ManagedProcess } from "@causeway/devnet/managedProcess";
import { freePortBases, layOutPorts } from "@causeway/devnet/ports";
import { waitFor } from "@causeway/devnet/waitFor";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { ValidatorOverride } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import { verifiedCertificate } from "../support/certificate.js";
import { haltedHeight } from "../support/haltedHeight.js";
import { rpc } from "../support/rpc.js";
import { runCauseway } from "../support/runCauseway.js";
import { CAUSEWAY, removeCluster, startUnbridged } from "../support/testCluster.js";

const VALIDATORS = 4;
/** Nodes 1 to 7; 5 and 6 take the place of 3 and 4, 7 comes when all is over. */
const NODES = 7;
const WAIT_TIMEOUT_MS = 120_000;
const EPOCH_LENGTH = 10;

describe("half of the validators are lost for good: the others go on by an override (V6)", () => {
  let cluster: Cluster;
  const joined = new Map<number, ManagedProcess>();
  const ports = freePortBases(NODES, 0);
  let override: ValidatorOverride;
  let oldSet: ValidatorSet;

  before(async () => {
    cluster = await startUnbridged({
      validators: VALIDATORS,
      explorer: true,
      ports: await ports,
      initArgs: [
        ...["--empty-block-period", "1", "--request-timeout", "1000"],
        ...["--epoch-length", String(EPOCH_LENGTH)],
      ],
    });
    oldSet = [1, 2, 3, 4].map((i) => addressIn(`node-${i}/consensus.json`)).sort();
  });
  after(async () => {
    for (const process of joined.values()) await process.stop();
    await removeCluster(cluster);
  });

  it("with two of four gone no block follows; two more nodes join as followers", async () => {
    await Promise.all([validator(3).kill(), validator(4).kill()]);
    const parent = await haltedHeight(cluster, WAIT_TIMEOUT_MS);
    for (const i of [5, 6]) await join(i);
    for (const i of [5, 6]) await reaches(i, parent);
    const { hash: parentHash } = await blockAt(1, parent);
    override = {
      height: parent + 1,
      parentHash,
      validators: [1, 2, 5, 6].map((i) => addressIn(`node-${i}/consensus.json`)).sort(),
      operators: Object.fromEntries(
        [5, 6].map((i) => [addressIn(`node-${i}/consensus.json`), addressIn(`node-${i}/operator.json`)]),
      ),
    };
  });

  it("restarted with the override, the two and the newcomers seal the next height and those after it", async () => {
    for (const i of [1, 2, 5, 6]) await node(i).stop();
    for (const folder of ["", "node-5/", "node-6/"]) await editGenesis(`${folder}genesis.json`, override);
    for (const i of [1, 2, 5, 6]) node(i).start();
    for (const i of [1, 2, 5, 6]) await reaches(i, override.height + EPOCH_LENGTH);
    const sealed = await verifiedCertificate(cluster, 1, override.height);
    assert.deepEqual(sealed.validators, override.validators);
    assert.equal(sealed.checkpoint.validatorSetHash, validatorSetHash(override.validators));
    assert.equal((await blockAt(1, override.height)).extraData, validatorSetHash(override.validators));
    // The old set's last word was of itself: it did not know.
    const last = await verifiedCertificate(cluster, 1, override.height - 1);
    assert.deepEqual(last.validators, oldSet);
    assert.equal(last.checkpoint.nextValidatorSetHash, validatorSetHash(oldSet));
  });

  it("the operators it names, and those who stayed, have the votes of the list it wrote (V3, V4)", async () => {
    const listed = await runCauseway("validator", "list", "--json", "--rpc", cluster.rpcUrl(1));
    assert.equal(listed.status, 0, listed.stderr);
    const { validators } = JSON.parse(listed.stdout) as {
      validators: readonly { readonly consensusKey: Address; readonly operator: Address }[];
    };
    assert.deepEqual(
      new Map(validators.map(({ consensusKey, operator }) => [consensusKey, operator])),
      new Map(
        [1, 2, 5, 6]
          .map((i) => [addressIn(`node-${i}/consensus.json`), addressIn(`node-${i}/operator.json`)] as const)
          .sort(),
      ),
    );
  });

  it("the explorer, restarted with it, indexes on through it", async () => {
    await cluster.startExplorer();
    const head = await cluster.height(1);
    await waitFor(
      "the explorer to index the head",
      async () => {
        const response = await fetch(`${cluster.explorerUrl}/api/v1/blocks/${head}`);
        return response.ok ? true : null;
      },
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
    await cluster.explorer?.stop();
  });

  it("a node that comes back without it is told by its peers and stands still; with another block below it, does not start", async () => {
    copyFileSync(cluster.path("genesis.json"), cluster.path("genesis-overridden.json"));
    await editGenesis("genesis.json", null);
    validator(3).start();
    await waitFor(
      "a peer to refuse validator 3 for its rules",
      async () => (/N1\.forkId/.test(readFileSync(cluster.path("node-3/node.log"), "utf8")) ? true : null),
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
    const height = await waitFor("validator 3 to answer", () => cluster.height(3), {
      timeoutMs: WAIT_TIMEOUT_MS,
    });
    assert.ok(height < override.height);
    await validator(3).stop();

    await editGenesis("genesis.json", { ...override, height: 2, parentHash: `0x${"ab".repeat(32)}` });
    const refused = await runCauseway("node", "--config", cluster.path("node-3/config.json"));
    assert.match(
      refused.stderr,
      /causeway: config\.causeway\.override at height 2 goes on from block 1 0xabab.*this node holds 0x.* \(V6\)\n$/,
    );
    assert.equal(refused.status, 2);
    copyFileSync(cluster.path("genesis-overridden.json"), cluster.path("genesis.json"));
  });

  it("a validator put aside follows with it, and a newcomer syncs through it from genesis", async () => {
    validator(4).start();
    await join(7);
    const head = await cluster.height(1);
    for (const i of [4, 7]) {
      await reaches(i, head);
      assert.deepEqual(await blockAt(i, head), await blockAt(1, head));
      assert.deepEqual(await setAt(i, override.height - 1), oldSet);
      assert.deepEqual(await setAt(i, override.height), override.validators);
    }
  });

  function validator(i: number): ManagedProcess {
    return cluster.validators[i - 1] as ManagedProcess;
  }

  function node(i: number): ManagedProcess {
    return joined.get(i) ?? validator(i);
  }

  /** `causeway validator init-node`, and start it. */
  async function join(i: number): Promise<void> {
    const { rpc: rpcPort, p2p, metrics } = layOutPorts(await ports, NODES, 0);
    const boot = bootPeersOf(3).slice(0, 2);
    const made = await runCauseway(
      ...["validator", "init-node", "--dir", cluster.path(`node-${i}`)],
      ...["--genesis", cluster.path("genesis.json"), "--boot-peer", ...boot],
      ...["--rpc-port", String(rpcPort[i - 1]), "--p2p-port", String(p2p[i - 1])],
      ...["--metrics-port", String(metrics[i - 1])],
    );
    assert.equal(made.status, 0, made.stderr);
    const started = new ManagedProcess({
      name: `node ${i}`,
      command: process.execPath,
      args: [CAUSEWAY, "node", "--config", cluster.path(`node-${i}/config.json`)],
      logFile: cluster.path(`node-${i}/node.log`),
    });
    joined.set(i, started);
    started.start();
  }

  /** Of validator 3: the first two are validators 1 and 2. */
  function bootPeersOf(i: number): readonly string[] {
    const { p2p } = JSON.parse(readFileSync(cluster.path(`node-${i}/config.json`), "utf8")) as {
      p2p: { bootPeers: string[] };
    };
    return p2p.bootPeers;
  }

  async function rpcUrl(i: number): Promise<string> {
    return `http://127.0.0.1:${layOutPorts(await ports, NODES, 0).rpc[i - 1]}`;
  }

  async function reaches(i: number, height: number): Promise<void> {
    const url = await rpcUrl(i);
    await waitFor(
      `node ${i} to finalize block ${height}`,
      async () => (Number(await rpc<string>(url, "eth_blockNumber")) >= height ? true : null),
      { timeoutMs: WAIT_TIMEOUT_MS },
    );
  }

  async function blockAt(i: number, height: number): Promise<{ hash: Hash; extraData: Hash }> {
    return rpc(await rpcUrl(i), "eth_getBlockByNumber", `0x${height.toString(16)}`, false);
  }

  async function setAt(i: number, height: number): Promise<ValidatorSet> {
    const tag = `0x${height.toString(16)}`;
    return (await rpc<{ validators: ValidatorSet }>(await rpcUrl(i), "causeway_getValidators", tag))
      .validators;
  }

  async function editGenesis(file: string, value: ValidatorOverride | null): Promise<void> {
    const genesis = JSON.parse(await readFile(cluster.path(file), "utf8")) as {
      config: { causeway: { override: ValidatorOverride | null } };
    };
    genesis.config.causeway.override = value;
    await writeFile(cluster.path(file), JSON.stringify(genesis, null, 2));
  }

  function addressIn(keystore: string): Address {
    const { address } = JSON.parse(readFileSync(cluster.path(keystore), "utf8")) as { address: string };
    return `0x${address.replace(/^0x/, "").toLowerCase()}`;
  }
});
