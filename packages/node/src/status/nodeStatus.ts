import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { PoolPort } from "@causeway/chain/poolPort";
import type { State } from "@causeway/consensus/state";
import type { NetworkPort } from "@causeway/network/networkPort";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import type { Json } from "@causeway/rpc/json";
import type { StatusPort } from "@causeway/rpc/statusPort";
import type { EvidenceStore } from "../evidence/evidenceStore.js";
import type { SafetyStop } from "../evidence/safetyStop.js";
import type { ConsensusHost } from "../host/consensusHost.js";
import { activeKey, silentKeys } from "../ingress/networkHandlers.js";
import type { Clock } from "../ports/clock.js";
import type { RecordBook } from "../record/recordBook.js";
import type { Signer } from "../signer/keyRing.js";
import type { Synchroniser } from "../sync/synchroniser.js";
import type { RefusalCounts } from "./refusalCounts.js";
import { roundStatus } from "./roundStatus.js";
import type { RoundWatch } from "./roundWatch.js";
import { servedEvidence } from "./servedEvidence.js";
import type { SyncingStatus } from "./syncingStatus.js";

export interface NodeStatusParts {
  readonly name: string;
  readonly minTipWei: bigint;
  readonly startedAtMonotonicMs: number;
  readonly clock: Clock;
  readonly signer: Signer;
  readonly execution: ExecutionPort;
  readonly pool: PoolPort;
  readonly network: NetworkPort;
  readonly host: ConsensusHost<State>;
  readonly records: RecordBook;
  readonly domain: VoteDomain;
  readonly roundWatch: RoundWatch;
  readonly safetyStop: SafetyStop;
  readonly evidence: EvidenceStore;
  readonly synchroniser: Synchroniser;
  readonly syncing: SyncingStatus;
  readonly refusals: RefusalCounts;
}

const VERSION = "0.1.0";

/** What the running node tells over RPC. */
export function nodeStatus(parts: NodeStatusParts): StatusPort {
  const { execution, network, safetyStop, evidence, signer } = parts;
  return {
    clientVersion: `Causeway/v${VERSION}/${process.platform}-${process.arch}/node${process.versions.node}`,
    minTipWei: parts.minTipWei,
    coinbase: () => activeKey(signer, execution.head()),
    syncing: () => parts.syncing.progress(parts.synchroniser.highestClaim),
    listening: () => network.addresses.length > 0,
    peers: () => network.peers().map(({ id, validator, height }) => ({ id, validator, height })),
    halted: () => safetyStop.reason,
    refused: () => parts.refusals.counts,
    evidence: (page) => servedEvidence(evidence, safetyStop, parts.domain, page),
    rounds: () => rounds(parts),
    details: () => details(parts),
  };
}

function details(parts: NodeStatusParts): { readonly [field: string]: Json } {
  const { host, execution, clock, pool, records, network, signer } = parts;
  return {
    name: parts.name,
    peerId: network.peerId,
    height: execution.head().height,
    round: host.state.height?.round.number ?? 0,
    executedBlocks: execution.executedBlocks,
    uptimeSeconds: Math.floor((clock.monotonicMs() - parts.startedAtMonotonicMs) / 1_000),
    pool: { ...pool.stats() },
    keysWithoutRecord: [...records.keysWithoutRecord],
    silentKeys: [...silentKeys(signer, execution.head(), records.keysWithoutRecord)],
  };
}

function rounds({ host, network, roundWatch }: NodeStatusParts): Json {
  const connected = new Set(network.peers().flatMap(({ validator }) => validator ?? []));
  const status = roundStatus(host.state, connected, roundWatch.inRoundMs);
  return (
    status && {
      ...status,
      waitsFor: { ...status.waitsFor },
      validators: status.validators.map((heard) => ({ ...heard })),
    }
  );
}
