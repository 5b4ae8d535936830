import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, type ClusterOptions } from "@causeway/devnet/cluster";
import { freePortBases } from "@causeway/devnet/ports";
import { repositoryRoot } from "./repositoryRoot.js";

/** The command as users start it. */
export const CAUSEWAY = join(repositoryRoot, "packages/cli/bin/causeway.js");

export const TEST_CHAIN_ID = 73_311;

export function makeTestDirectory(): Promise<string> {
  return mkdtemp(join(tmpdir(), "causeway-test-"));
}

/** A cluster of four validators without a bridge, on free ports, in a directory of its own; nothing is started yet. */
export async function makeCluster(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const validators = options.validators ?? 4;
  const relayers = (options.carriers ?? 0) + (options.attesters ?? 0);
  return new Cluster({
    dir: options.dir ?? (await makeTestDirectory()),
    causeway: CAUSEWAY,
    chainId: TEST_CHAIN_ID,
    validators,
    attesters: 0,
    carriers: 0,
    explorer: false,
    bridge: false,
    ports: await freePortBases(validators, relayers),
    l1SlotsInAnEpoch: 1,
    resume: false,
    ...options,
  });
}

/** A bridged cluster: L1 up, bridge deployed, validators finalizing; relayers and explorer are left to the test. */
export async function startBridged(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const cluster = await makeCluster({ attesters: 3, carriers: 1, bridge: true, ...options });
  await orRemove(cluster, async () => {
    await cluster.startL1();
    await cluster.init();
    await cluster.deployBridge();
    await cluster.fundCarriers();
    await cluster.startValidators();
  });
  return cluster;
}

/** Validators only. */
export async function startUnbridged(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const cluster = await makeCluster(options);
  await orRemove(cluster, async () => {
    await cluster.init();
    await cluster.startValidators();
  });
  return cluster;
}

/** Stop every process and remove every file. */
export async function removeCluster(cluster: Cluster | undefined): Promise<void> {
  if (cluster === undefined) return;
  await cluster.stop();
  if (process.env.CAUSEWAY_KEEP_TEST_DIRS === undefined)
    await rm(cluster.options.dir, { recursive: true, force: true, maxRetries: 5 });
}

async function orRemove(cluster: Cluster, start: () => Promise<void>): Promise<void> {
  try {
    await start();
  } catch (error) {
    await removeCluster(cluster);
    throw error;
  }
}
