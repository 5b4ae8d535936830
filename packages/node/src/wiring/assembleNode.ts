import { chainGasLimitMax } from "@causeway/chain/rules/gasLimits";
import type { State } from "@causeway/consensus/state";
import { apply } from "@causeway/consensus/transition";
import type { NetworkPort } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import { overrides } from "@causeway/protocol/validatorOverride";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { EvidenceStore } from "../evidence/evidenceStore.js";
import { SafetyStop } from "../evidence/safetyStop.js";
import { ConsensusHost } from "../host/consensusHost.js";
import { DEFAULT_QUEUE_LIMITS } from "../host/inputQueue.js";
import { bodyFault } from "../ingress/bodyFault.js";
import { HeadGate } from "../ingress/headGate.js";
import { MessageGate } from "../ingress/messageGate.js";
import { networkHandlers } from "../ingress/networkHandlers.js";
import { NodeMetrics } from "../metrics.js";
import { RecordBook } from "../record/recordBook.js";
import { BlockReport } from "../status/blockReport.js";
import { heldVotes } from "../status/heldVotes.js";
import { RefusalCounts } from "../status/refusalCounts.js";
import { RoundWatch } from "../status/roundWatch.js";
import { SyncingStatus } from "../status/syncingStatus.js";
import { BlockImporter } from "../sync/blockImporter.js";
import { ConflictWatch } from "../sync/conflictWatch.js";
import { Synchroniser } from "../sync/synchroniser.js";
import { TransactionGossip } from "../transactions/transactionGossip.js";
import { TransactionSignals } from "../transactions/transactionSignals.js";
import { headListener } from "./headListener.js";
import { hostObserver } from "./hostObserver.js";
import { networkOptions } from "./networkOptions.js";
import { NetworkTransport } from "./networkTransport.js";
import type { NodeMaterial } from "./nodeMaterial.js";
import { resumedState } from "./resumedState.js";
import { watchKeys } from "./watchKeys.js";

/** The parts of a node, joined and not yet started. */
export interface NodeAssembly {
  readonly domain: VoteDomain;
  readonly roundWatch: RoundWatch;
  readonly records: RecordBook;
  readonly evidence: EvidenceStore;
  readonly safetyStop: SafetyStop;
  readonly metrics: NodeMetrics;
  readonly refusals: RefusalCounts;
  readonly report: BlockReport;
  readonly syncing: SyncingStatus;
  readonly network: NetworkPort;
  readonly importer: BlockImporter;
  readonly synchroniser: Synchroniser;
  readonly host: ConsensusHost<State>;
  readonly gossip: TransactionGossip;
  readonly signals: TransactionSignals;
}

/** Points of a peer that passes on a block with a swapped body: no honest node does. */
const SWAPPED_BODY_POINTS = 20;
/** A share of the request timeout that building a block may take (H4). */
const BUILD_SHARE = 4;

/**
 * Join the parts of a node. They know each other by narrow ports; the closures here are the only place that sees all.
 * @throws SafetyRecordError "WrongChain", CausewayError "ConfigInvalid", NetworkError for a malformed boot peer.
 */
export function assembleNode(material: NodeMaterial): NodeAssembly {
  const { config, genesis, paths, signer, chain, ports, log } = material;
  const { clock, timers, random, fileSystem, recover } = ports;
  const { execution, reader, pool } = chain;
  const { causeway, chainId } = genesis.config;
  const domain = { chainId, genesisHash: reader.genesisHash, overrides: overrides(causeway) };
  const head = () => execution.head();
  // W5 asks for a block newer than this start: a clock that is behind must not make the head look new.
  const startedAtMs = Math.max(clock.wallMs(), head().timestamp * 1_000);

  const records = new RecordBook(fileSystem, {
    directory: paths.safety,
    genesisHash: reader.genesisHash,
    signer,
    startedAtMs,
    acceptNewSafetyRecord: material.acceptNewSafetyRecord,
    log,
  });
  const directory = paths.evidence;
  const evidence = new EvidenceStore({
    ...{ fileSystem, directory, log, domain, recover },
    own: signer.addresses,
    onStored: ({ kind }) => metrics.evidence.inc({ kind }),
  });
  const onStop = () => {
    host.stop();
    void synchroniser.stop();
  };
  const safetyStop = new SafetyStop({ fileSystem, directory, log, onStop });
  const metrics = new NodeMetrics(config.name, {
    height: () => head().height,
    round: () => host.state.height?.round.number ?? 0,
    peers: () => network.peers().length,
    executedBlocks: () => execution.executedBlocks,
    poolPending: () => pool.stats().pending,
    queueLength: () => host.queueLength,
    heldVotes: () => heldVotes(host.state),
    halted: () => safetyStop.reason !== null,
  });
  const refusals = new RefusalCounts(metrics);
  const report = new BlockReport({ reader, clock, log, metrics });
  const roundWatch = new RoundWatch(clock);
  const syncing = new SyncingStatus(clock, causeway.emptyBlockPeriodSeconds, head());

  const fail = (error: unknown) => {
    host.stop();
    material.onFailure(error);
  };
  const observer = hostObserver({ evidence, refusals, log, head, safetyStop, metrics, report, failed: fail });

  const network = ports.createNetwork(
    networkOptions(material),
    networkHandlers(() => ({ host, gate, headGate, synchroniser, gossip, refusals, reader, head, signer })),
  );
  const keyWatch = watchKeys({ signer, records, log, network }, head());
  const onHead = headListener(() => ({ host, signals, gossip, syncing, keyWatch, network, reader, log }));
  const gasLimitMax = chainGasLimitMax(genesis);
  const checkBody = (block: Block) => bodyFault(block, gasLimitMax);
  const importer = new BlockImporter({
    ...{ execution, domain, recover, safetyStop, onHead },
    bodyFault: checkBody,
    overrides: overrides(causeway),
  });
  const { epochLength } = causeway;
  const conflicts = new ConflictWatch({ reader, domain, recover, epochLength, safetyStop });
  const synchroniser = new Synchroniser({
    network,
    importer,
    conflicts,
    head,
    blockPeriodSeconds: causeway.blockPeriodSeconds,
    clock,
    timers,
    random,
    log,
    onRefused: (rule) => refusals.add(rule),
    onFailure: fail,
  });
  const transport = new NetworkTransport({
    ...{ network, reader, synchroniser, timers, random, log },
    bodyFault: checkBody,
  });
  const host = new ConsensusHost(
    { clock, timers, log, domain, records, execution, transport, importer, observer },
    {
      apply: roundWatch.watching(apply),
      initialState: resumedState(material, records, domain, startedAtMs),
      queueLimits: DEFAULT_QUEUE_LIMITS,
      knownBlock: ({ height }, hash) => height?.blocks.get(hash) ?? null,
      buildMsMax: Math.floor(causeway.requestTimeoutMs / BUILD_SHARE),
    },
  );
  const gate = new MessageGate({
    bodyFault: checkBody,
    height: () => host.state.height,
    submit: (peer, message) => host.submit({ kind: "message", peer, message }),
    refuse: (peer, { author, payload: { height, round } }, rule) => {
      const detail = "the body does not match the roots in its header";
      observer.refused({ kind: "refused", rule, author, height, round, detail });
      network.penalise(peer, rule, SWAPPED_BODY_POINTS);
    },
  });
  const headGate = new HeadGate({
    ...{ reader, head, domain, recover, epochLength, conflicts, log },
    hasOverride: causeway.override !== null,
    stopped: () => safetyStop.reason !== null,
    announced: (peer, height) => synchroniser.announced(peer, height),
  });
  const gossip = new TransactionGossip({ pool, network, clock, timers, log });
  pool.onRejected((reason) => refusals.add(`pool.${reason}`));
  const signals = new TransactionSignals({ pool, clock, timers, submit: (event) => host.submit(event) });

  return {
    domain,
    roundWatch,
    records,
    evidence,
    safetyStop,
    metrics,
    refusals,
    report,
    syncing,
    network,
    importer,
    synchroniser,
    host,
    gossip,
    signals,
  };
}
