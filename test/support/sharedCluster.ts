import type { Cluster } from "@causeway/devnet/cluster";
import { removeCluster, startBridged } from "./testCluster.js";

let shared: Promise<Cluster> | undefined;

/** A complete bridged network, with relayers and explorer, that tests share as long as they leave it whole. */
export function sharedCluster(): Promise<Cluster> {
  shared ??= start();
  return shared;
}

export async function endSharedCluster(): Promise<void> {
  await removeCluster(await shared?.catch(() => undefined));
  shared = undefined;
}

async function start(): Promise<Cluster> {
  const cluster = await startBridged({ explorer: true, initArgs: ["--empty-block-period", "1"] });
  try {
    cluster.startRelayers();
    await cluster.startExplorer();
  } catch (error) {
    await removeCluster(cluster);
    throw error;
  }
  return cluster;
}
