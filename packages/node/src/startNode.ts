import { reportGasLimit } from "@causeway/chain/rules/causeway/reportGasLimit";
import { CausewayError } from "@causeway/protocol/errors";
import { startAdminServer } from "@causeway/rpc/admin/adminServer";
import type { LogLevel } from "@causeway/rpc/admin/logLevel";
import type { StatusPort } from "@causeway/rpc/statusPort";
import type { Registry } from "prom-client";
import { reportNoIpc } from "./config/defaultIpcPath.js";
import { jwtSecret } from "./config/jwtSecret.js";
import { namingSetting } from "./config/namingSetting.js";
import type { NodeConfig } from "./config/nodeConfig.js";
import { nodePaths } from "./config/nodePaths.js";
import { reportBrokenRestore } from "./config/reportBrokenRestore.js";
import { serveMetrics } from "./metrics.js";
import { type NodePorts, systemNodePorts } from "./nodePorts.js";
import type { Logger } from "./ports/logger.js";
import { ServeThread } from "./serve/serveThread.js";
import { useNativeKeccak } from "./signer/nativeKeccak.js";
import { nodeStatus } from "./status/nodeStatus.js";
import { assembleNode, type NodeAssembly } from "./wiring/assembleNode.js";
import { Closers } from "./wiring/closers.js";
import { nodeAdmin } from "./wiring/nodeAdmin.js";
import type { NodeMaterial } from "./wiring/nodeMaterial.js";

export interface StartNodeOptions {
  readonly log: Logger;
  /** Changes how much `log` writes, for whoever asks on the admin port. */
  readonly setLogLevel?: (level: LogLevel) => void;
  /** Sign at once with a key whose record is missing or unreadable (W5). */
  readonly acceptNewSafetyRecord?: boolean;
  /** Id of the safety stop whose cause the operator holds for resolved (F2). */
  readonly resumeAfterSafetyStop?: string | undefined;
  /** Parts that differ from the real ones. */
  readonly ports?: Partial<NodePorts>;
}

export interface RunningNode {
  /** e.g. http://127.0.0.1:8645; null when the config has no RPC. */
  readonly rpcUrl: string | null;
  /** e.g. http://127.0.0.1:8745; null when the config has no admin port. */
  readonly adminUrl: string | null;
  /** Port of the metrics server, null without one. */
  readonly metricsPort: number | null;
  /** The node's metrics, for an owner in the same process. */
  readonly registry: Registry;
  readonly peerId: string;
  /** Multiaddrs other nodes can dial. */
  readonly addresses: readonly string[];
  /** Why voting and importing ended (F2); null while all is well. */
  readonly halted: () => string | null;
  /** Rejects when the node cannot go on, e.g. SafetyRecordError "RecordWriteFailed" (W6): close it and exit with 1. */
  readonly ended: Promise<void>;
  /**
   * Stop serving, voting, talking and writing, in this order, each within a bound.
   * @throws CausewayError "SafetyStop" after a safety stop: exit code 3 (X9).
   */
  close(): Promise<void>;
}

/**
 * Start a validator, or a follower when the config names no keystore.
 * @throws what the config, genesis, keys, data directory or ports are at fault for, with everything closed again.
 */
export async function startNode(config: NodeConfig, options: StartNodeOptions): Promise<RunningNode> {
  const { log } = options;
  useNativeKeccak();
  const ports = { ...systemNodePorts, ...options.ports };
  const closers = new Closers(ports.timers, log);
  const ended = new Ending(log);
  try {
    const genesis = ports.readGenesis(config.genesis);
    reportGasLimit(genesis, log);
    reportNoIpc(config, log);
    const paths = nodePaths(config.dataDir);
    const signer = await ports.openKeys(config);
    for (const key of signer.addresses) closers.add("key lock", ports.lock(paths.lock(key)));
    reportBrokenRestore(ports.fileSystem, paths.chain, log);
    const chain = await ports.openChain(genesis, paths.chain, log);
    closers.add("chain", () => chain.close());
    const acceptNewSafetyRecord = options.acceptNewSafetyRecord === true;
    const onFailure = (error: unknown) => ended.fail(error);
    const material = { config, genesis, paths, signer, chain, ports, log, acceptNewSafetyRecord, onFailure };
    const assembly = assembleNode(material);
    if (options.resumeAfterSafetyStop !== undefined)
      assembly.safetyStop.resume(options.resumeAfterSafetyStop);
    await launch(material, assembly, closers);
    const served = await serve(material, assembly, closers, options.setLogLevel ?? refuseLogLevel);
    return runningNode(assembly, served, closers, ended);
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** How a node that cannot go on tells its owner. */
class Ending {
  readonly promise: Promise<void>;
  readonly #log: Logger;
  #reject: (error: unknown) => void = () => {};

  constructor(log: Logger) {
    this.#log = log;
    this.promise = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    // An owner that only ever closes the node need not look.
    this.promise.catch(() => {});
  }

  fail(error: unknown): void {
    this.#log.error({ err: error }, error instanceof Error ? error.message : "the node cannot go on");
    this.#reject(error);
  }
}

/** Talk, then vote. A safety stop of an earlier life is still in force (F2): then only talk. */
async function launch({ chain, log }: NodeMaterial, assembly: NodeAssembly, closers: Closers): Promise<void> {
  const { records, importer, network, synchroniser, host, signals, gossip, report, safetyStop } = assembly;
  closers.add("safety records", () => records.close());
  closers.add("imports", () => importer.idle());
  closers.add("network", () => network.stop());
  await namingSetting("p2p.listen", () => network.start());
  closers.add("sync", () => synchroniser.stop());
  closers.add("host", () => {
    host.stop();
    signals.stop();
    gossip.stop();
    report.stop();
  });
  if (safetyStop.reason !== null) {
    log.error({ rule: "F2" }, `safety stop in force: ${safetyStop.reason}`);
    host.stop();
    return;
  }
  synchroniser.start();
  host.submit({ kind: "new-head", head: chain.execution.head() });
  signals.headMoved();
}

/** Where the outside can ask. */
interface Served {
  readonly rpcUrl: string | null;
  readonly adminUrl: string | null;
  readonly metricsPort: number | null;
}

async function serve(
  material: NodeMaterial,
  assembly: NodeAssembly,
  closers: Closers,
  setLogLevel: (level: LogLevel) => void,
): Promise<Served> {
  const { config, genesis, chain, signer, ports, log } = material;
  const { execution, reader, pool } = chain;
  const { metrics: metricsAt } = config;
  const { registry } = assembly.metrics;
  let serving: ServeThread | null = null;
  const metricsText = async () => (await registry.metrics()) + ((await serving?.metrics()) ?? "");
  const metrics =
    metricsAt === null
      ? null
      : await namingSetting("metrics", () =>
          serveMetrics(metricsText, metricsAt.host, metricsAt.port, (err) =>
            log.error({ err }, "the metrics could not be read"),
          ),
        );
  if (metrics !== null) closers.add("metrics", () => metrics.close());
  const status = nodeStatus({
    ...assembly,
    name: config.name,
    minTipWei: BigInt(genesis.config.causeway.minTipWei),
    startedAtMonotonicMs: ports.clock.monotonicMs(),
    clock: ports.clock,
    signer,
    execution,
    pool,
  });
  serving = await serveRpc(material, registry, status, closers);
  const adminUrl = await serveAdmin(material, assembly, closers, status.clientVersion, setLogLevel);
  const { height, hash } = execution.head();
  const rpcUrl = serving?.url ?? null;
  log.info(
    {
      chainId: genesis.config.chainId,
      genesisHash: reader.genesisHash,
      height,
      hash,
      keys: signer.addresses,
      rpcUrl,
    },
    `node ${config.name} started at height ${height}`,
  );
  return { rpcUrl, adminUrl, metricsPort: metrics?.port ?? null };
}

function refuseLogLevel(): never {
  throw new CausewayError({ code: "LogLevelFixed" }, "this node's log level cannot be changed while it runs");
}

/** On a thread of its own; null when the config has no RPC. */
async function serveRpc(
  { config, genesis, paths, chain, ports, log }: NodeMaterial,
  registry: Registry,
  status: StatusPort,
  closers: Closers,
): Promise<ServeThread | null> {
  const { rpc, name } = config;
  if (rpc === null) return null;
  const { clientVersion, minTipWei } = status;
  const settings = { name, genesis, chainDir: paths.chain, rpc, clientVersion, minTipWei };
  const { reader, pool } = chain;
  const thread = await namingSetting("rpc", () =>
    ServeThread.start({ settings, reader, pool, status, timers: ports.timers, log, registry }),
  );
  closers.add("rpc", () => thread.close());
  return thread;
}

/** On this thread, where what it asks and changes is. */
async function serveAdmin(
  { config, chain, signer, ports, log }: NodeMaterial,
  { network, records }: NodeAssembly,
  closers: Closers,
  clientVersion: string,
  setLogLevel: (level: LogLevel) => void,
): Promise<string | null> {
  if (config.admin === null) return null;
  const { host, port, jwtSecretFile } = config.admin;
  const { execution, reader } = chain;
  const { dataDir } = config;
  const parts = { clientVersion, dataDir, network, signer, records, execution, log, setLogLevel };
  const admin = nodeAdmin(parts);
  const secret = jwtSecret(ports.fileSystem, jwtSecretFile);
  const limits = config.rpc?.limits ?? {};
  const server = await namingSetting("admin", () =>
    startAdminServer({ host, port, secret, admin, reader, limits, log }),
  );
  closers.add("admin", () => server.close());
  return server.url;
}

function runningNode(
  { network, safetyStop, metrics }: NodeAssembly,
  served: Served,
  closers: Closers,
  ended: Ending,
): RunningNode {
  return {
    ...served,
    registry: metrics.registry,
    peerId: network.peerId,
    addresses: network.addresses,
    halted: () => safetyStop.reason,
    ended: ended.promise,
    close: async () => {
      await closers.closeAll();
      if (safetyStop.reason === null) return;
      throw new CausewayError({ code: "SafetyStop" }, `safety stop: ${safetyStop.reason}`);
    },
  };
}
