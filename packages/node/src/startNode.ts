import type { Chain } from "@causeway/chain/openChain";
import { initialState } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import { CausewayError } from "@causeway/protocol/errors";
import { forkId } from "@causeway/protocol/forkId";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Head } from "@causeway/protocol/head";
import { startRpcServer } from "@causeway/rpc/rpcServer";
import type { NodeConfig } from "./config/nodeConfig.js";
import { type NodePaths, nodePaths } from "./config/nodePaths.js";
import { readIdentitySeed } from "./config/openKeys.js";
import { readGenesis } from "./config/readGenesis.js";
import { EvidenceStore } from "./evidence/evidenceStore.js";
import { SafetyStop } from "./evidence/safetyStop.js";
import { ConsensusHost } from "./host/consensusHost.js";
import type { HostObserver } from "./host/hostPorts.js";
import { DEFAULT_QUEUE_LIMITS } from "./host/inputQueue.js";
import { NodeMetrics, serveMetrics } from "./metrics.js";
import { type NodePorts, systemNodePorts } from "./nodePorts.js";
import type { Log } from "./ports/log.js";
import { RecordBook } from "./record/recordBook.js";
import type { Signer } from "./signer/keyRing.js";
import { recover } from "./signer/recover.js";
import { BlockImporter } from "./sync/blockImporter.js";
import { ConflictWatch } from "./sync/conflictWatch.js";
import { Synchroniser } from "./sync/synchroniser.js";
import { TransactionSignals } from "./transactionSignals.js";
import { BlockReport } from "./wiring/blockReport.js";
import { bodyFault } from "./wiring/bodyFault.js";
import { Closers } from "./wiring/closers.js";
import { MessageGate } from "./wiring/messageGate.js";
import { networkHandlers } from "./wiring/networkHandlers.js";
import { NetworkTransport } from "./wiring/networkTransport.js";
import { nodeStatus } from "./wiring/nodeStatus.js";
import { readCertified } from "./wiring/readCertified.js";
import { RefusalCounts } from "./wiring/refusalCounts.js";
import { SyncingStatus } from "./wiring/syncingStatus.js";
import { TransactionGossip } from "./wiring/transactionGossip.js";

export interface StartNodeOptions {
  readonly log: Log;
  /** Sign at once with a key whose record is missing or unreadable (W5). */
  readonly acceptNewSafetyRecord?: boolean;
  /** Parts that differ from the real ones. */
  readonly ports?: Partial<NodePorts>;
}

export interface RunningNode {
  /** e.g. http://127.0.0.1:8645; null when the config has no RPC. */
  readonly rpcUrl: string | null;
  /** Port of the metrics server, null without one. */
  readonly metricsPort: number | null;
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
  const ports = { ...systemNodePorts, ...options.ports };
  const closers = new Closers(ports.timers, options.log);
  try {
    const genesis = readGenesis(config.genesis);
    const paths = nodePaths(config.dataDir);
    const signer = await ports.openKeys(config);
    for (const key of signer.addresses) closers.add("key lock", ports.lock(paths.lock(key)));
    const chain = await ports.openChain(genesis, paths.chain, options.log);
    closers.add("chain", () => chain.close());
    return await runNode({ config, options, ports, closers, genesis, paths, signer, chain });
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

interface NodeParts {
  readonly config: NodeConfig;
  readonly options: StartNodeOptions;
  readonly ports: NodePorts;
  readonly closers: Closers;
  readonly genesis: Genesis;
  readonly paths: NodePaths;
  readonly signer: Signer;
  readonly chain: Chain;
}

/** Points of a peer that passes on a block with a swapped body: no honest node does. */
const SWAPPED_BODY_POINTS = 20;
/** A share of the request timeout that building a block may take (H4). */
const BUILD_SHARE = 4;

async function runNode(parts: NodeParts): Promise<RunningNode> {
  const { config, options, ports, closers, genesis, paths, signer, chain } = parts;
  const { log } = options;
  const { clock, timers, random, fileSystem } = ports;
  const { execution, reader, pool } = chain;
  const { causeway, chainId } = genesis.config;
  const domain = { chainId, genesisHash: reader.genesisHash };
  const startedAtMs = clock.wallMs();
  const startedAtMonotonicMs = clock.monotonicMs();
  let rejectEnded: (error: unknown) => void = () => {};
  const ended = new Promise<void>((_resolve, reject) => {
    rejectEnded = reject;
  });
  ended.catch(() => {});

  const records = new RecordBook(fileSystem, {
    directory: paths.safety,
    genesisHash: reader.genesisHash,
    signer,
    startedAtMs,
    acceptNewSafetyRecord: options.acceptNewSafetyRecord === true,
    log,
  });
  closers.add("safety records", () => records.close());
  const evidence = new EvidenceStore(fileSystem, paths.evidence, log);
  const safetyStop = new SafetyStop(fileSystem, paths.evidence, log, () => {
    host.stop();
    void synchroniser.stop();
  });

  const metrics = new NodeMetrics(config.name, {
    height: () => execution.head().height,
    round: () => host.state.height?.round.number ?? 0,
    peers: () => network.peers().length,
    executedBlocks: () => execution.executedBlocks,
    poolPending: () => pool.stats().pending,
    queueLength: () => host.queueLength,
    halted: () => safetyStop.reason !== null,
  });
  const refusals = new RefusalCounts(metrics);
  const report = new BlockReport({ reader, clock, log, metrics });
  const syncing = new SyncingStatus(clock, causeway.emptyBlockPeriodSeconds, execution.head());

  const fail = (error: unknown) => {
    log.error({ err: error }, error instanceof Error ? error.message : "the node cannot go on");
    host.stop();
    rejectEnded(error);
  };
  const onHead = (head: Head) => {
    host.submit({ kind: "new-head", head });
    signals.headMoved();
    syncing.headMoved(head);
    // Peers have the blocks this node is catching up with.
    if (syncing.progress(0) !== false) return;
    readCertified(reader, head.height)
      .then((decided) => decided !== null && network.publishHead(decided))
      .catch(fail);
  };
  const observer: HostObserver = {
    evidence: (found) => evidence.add(found),
    refused: ({ rule, author, height, round, detail }) => {
      refusals.add(rule);
      log.warn({ rule, author, height, round, detail }, `refused the proposal of ${author}: ${rule}`);
    },
    halted: (cause) => safetyStop.trip(cause),
    failed: fail,
    dropped: () => metrics.droppedMessages.inc(),
    proposalSeen: (height) => report.proposalSeen(height),
  };

  const network = ports.createNetwork(
    {
      identitySeed: readIdentitySeed(config),
      ...config.p2p,
      chainId,
      genesisHash: reader.genesisHash,
      forkId: forkId(
        reader.genesisHash,
        causeway.upgrades.map(({ height }) => height),
        execution.head().height,
      ),
      maxBlockBytes: causeway.maxBlockBytes,
      validatorCount: () => execution.head().nextValidators.length,
      recover,
      log,
    },
    networkHandlers(() => ({
      host,
      gate,
      synchroniser,
      gossip,
      refusals,
      reader,
      head: () => execution.head(),
      signer,
    })),
  );
  const importer = new BlockImporter({ execution, domain, recover, safetyStop, bodyFault, onHead });
  const conflicts = new ConflictWatch({
    reader,
    domain,
    recover,
    epochLength: causeway.epochLength,
    safetyStop,
  });
  const synchroniser = new Synchroniser({
    network,
    importer,
    conflicts,
    head: () => execution.head(),
    hashAt: async (height) => (await reader.header(height))?.hash ?? null,
    clock,
    timers,
    random,
    log,
    onRefused: (rule) => refusals.add(rule),
    onFailure: fail,
  });
  const transport = new NetworkTransport({ network, reader, synchroniser, timers, random, log, bodyFault });
  const host = new ConsensusHost(
    { clock, timers, log, domain, records, execution, transport, importer, observer },
    {
      apply,
      initialState: initialState(
        {
          blockPeriodSeconds: causeway.blockPeriodSeconds,
          emptyBlockPeriodSeconds: causeway.emptyBlockPeriodSeconds,
          requestTimeoutMs: causeway.requestTimeoutMs,
          maxRequestTimeoutMs: causeway.maxRequestTimeoutMs,
          keys: signer.addresses,
          keysWithoutRecord: records.keysWithoutRecord,
          startedAtSeconds: Math.floor(startedAtMs / 1_000),
        },
        records.entries.filter(({ signing }) => signing.payload.height > execution.head().height),
      ),
      queueLimits: DEFAULT_QUEUE_LIMITS,
      buildMsMax: Math.floor(causeway.requestTimeoutMs / BUILD_SHARE),
    },
  );
  const gate = new MessageGate({
    bodyFault,
    submit: (peer, message) => host.submit({ kind: "message", peer, message }),
    refuse: (peer, { author, payload: { height, round } }, rule) => {
      observer.refused({
        kind: "refused",
        rule,
        author,
        height,
        round,
        detail: `the body is not the header's`,
      });
      network.penalise(peer, rule, SWAPPED_BODY_POINTS);
    },
  });
  const gossip = new TransactionGossip(pool, network, log);
  const signals = new TransactionSignals({ pool, clock, timers, submit: (event) => host.submit(event) });

  closers.add("imports", () => importer.idle());
  closers.add("network", () => network.stop());
  await network.start();
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
  } else {
    synchroniser.start();
    host.submit({ kind: "new-head", head: execution.head() });
    signals.headMoved();
  }

  const { metrics: metricsConfig, rpc: rpcConfig } = config;
  const metricsServer =
    metricsConfig === null
      ? null
      : await serveMetrics(metrics.registry, metricsConfig.host, metricsConfig.port);
  if (metricsServer !== null) closers.add("metrics", () => metricsServer.close());
  const status = nodeStatus({
    name: config.name,
    minTipWei: BigInt(causeway.minTipWei),
    startedAtMonotonicMs,
    clock,
    signer,
    execution,
    pool,
    network,
    host,
    records,
    safetyStop,
    evidence,
    synchroniser,
    syncing,
    refusals,
  });
  const rpc = rpcConfig === null ? null : await startRpcServer({ ...rpcConfig, reader, pool, status, log });
  if (rpc !== null) closers.add("rpc", () => rpc.close());

  const { height, hash } = execution.head();
  log.info(
    { chainId, genesisHash: reader.genesisHash, height, hash, keys: signer.addresses, rpc: rpc?.url ?? null },
    `node ${config.name} started at height ${height}`,
  );
  return {
    rpcUrl: rpc?.url ?? null,
    metricsPort: metricsServer?.port ?? null,
    peerId: network.peerId,
    addresses: network.addresses,
    halted: () => safetyStop.reason,
    ended,
    close: async () => {
      await closers.closeAll();
      if (safetyStop.reason !== null) {
        throw new CausewayError({ code: "SafetyStop" }, `safety stop: ${safetyStop.reason}`);
      }
    },
  };
}
