import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";
import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";
import { genesisHashOf } from "./chainIdentity.js";
import { Cluster } from "./cluster.js";
import { cross } from "./crossing.js";
import type { DevnetEvent } from "./events.js";
import { exitError } from "./managedProcess.js";
import type { PortBases } from "./ports.js";

/** Marks a directory as a devnet's, so that starting afresh never deletes anything else. */
const MARKER = ".causeway-devnet";
/** Written once everything runs: what `keep` can go on with. */
const COMPLETE = "devnet.json";

export interface DevnetOptions {
  readonly dir: string;
  /** Go on with the devnet in `dir` when there is one. */
  readonly keep: boolean;
  readonly causeway: string;
  readonly chainId: number;
  readonly ports: PortBases;
  readonly validators: number;
  /** Cross and end instead of staying up. */
  readonly once: boolean;
}

/**
 * The whole of Causeway on this machine: L1, validators, bridge, relayers, explorer, then the demonstration crossing.
 * Ends when `signal` aborts, a part dies, or (with `once`) the crossing is done; every process has ended when it returns.
 * @throws CausewayError saying which part failed and how its log ends.
 */
export async function runDevnet(
  options: DevnetOptions,
  emit: (event: DevnetEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const failed = new AbortController();
  const stopped = AbortSignal.any([signal, failed.signal]);
  const cluster = new Cluster({
    dir: options.dir,
    causeway: options.causeway,
    chainId: options.chainId,
    validators: options.validators,
    attesters: 3,
    carriers: 1,
    explorer: true,
    bridge: true,
    ports: options.ports,
    l1SlotsInAnEpoch: 1,
    resume: options.keep && existsSync(join(options.dir, COMPLETE)),
    onUnexpectedExit: (process, exit) => failed.abort(exitError(process, exit)),
    signal: stopped,
  });
  await cluster.requirePorts();
  if (!cluster.options.resume) await prepareDirectory(options.dir);
  try {
    await Promise.race([run(cluster, options, emit, stopped), whenAborted(stopped)]);
  } catch (error) {
    if (failed.signal.aborted) throw failed.signal.reason;
    if (!signal.aborted) throw error;
  } finally {
    await cluster.stop();
  }
}

async function run(
  cluster: Cluster,
  { once, dir, chainId }: DevnetOptions,
  emit: (event: DevnetEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  await cluster.startL1();
  emit({ event: "l1.ready", chainId: DEVNET_L1_CHAIN_ID, url: cluster.l1Url });
  if (!cluster.options.resume) await cluster.init();
  // Consensus never reads L1, so both sides come up at once.
  await Promise.all([raiseBridge(cluster, emit), raiseChain(cluster, emit)]);
  cluster.startRelayers();
  await Promise.all([
    raiseExplorer(cluster, emit),
    cluster.options.resume ? null : cross(cluster, emit, signal),
  ]);
  await writeFile(join(dir, COMPLETE), `${JSON.stringify({ chainId, ports: cluster.options.ports })}\n`);
  emit({ event: "done" });
  if (!once) await whenAborted(signal);
}

async function raiseBridge(cluster: Cluster, emit: (event: DevnetEvent) => void): Promise<void> {
  if (!cluster.options.resume) {
    await cluster.deployBridge();
    await cluster.fundCarriers();
  }
  const { bridge } = (await cluster.genesis()).config.causeway;
  if (bridge === null)
    throw new CausewayError({ code: "NoBridge" }, `${cluster.options.dir}/genesis.json has no bridge`);
  const { l1ChainId, ...contracts } = bridge;
  emit({ event: "bridge.deployed", chainId: l1ChainId, ...contracts });
}

async function raiseChain(cluster: Cluster, emit: (event: DevnetEvent) => void): Promise<void> {
  await cluster.startValidators();
  const { chainId } = cluster.options;
  const urls = cluster.validators.map((_, i) => cluster.rpcUrl(i + 1));
  emit({ event: "chain.ready", chainId, genesisHash: await genesisHashOf(cluster.rpcUrl(1), chainId), urls });
}

async function raiseExplorer(cluster: Cluster, emit: (event: DevnetEvent) => void): Promise<void> {
  await cluster.startExplorer();
  emit({ event: "explorer.ready", url: cluster.explorerUrl });
}

/** @throws CausewayError "Usage" when the directory holds something that is not a devnet's. */
async function prepareDirectory(dir: string): Promise<void> {
  const entries = existsSync(dir) ? await readdir(dir) : [];
  if (entries.length > 0 && !entries.includes(MARKER)) {
    throw new CausewayError(
      { code: "Usage" },
      `${dir} holds files that are not a devnet's; choose another with --data-dir`,
    );
  }
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, MARKER), "");
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
