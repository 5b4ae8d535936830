import type { ChainReader } from "@causeway/chain/chainReader";
import type { State } from "@causeway/consensus/state";
import type { NetworkPort } from "@causeway/network/networkPort";
import type { Head } from "@causeway/protocol/head";
import type { ConsensusHost } from "../host/consensusHost.js";
import type { Logger } from "../ports/logger.js";
import type { SyncingStatus } from "../status/syncingStatus.js";
import type { TransactionGossip } from "../transactions/transactionGossip.js";
import type { TransactionSignals } from "../transactions/transactionSignals.js";
import type { ActiveKeyWatch } from "./activeKeyWatch.js";
import { readCertified } from "./readCertified.js";

export interface HeadListenerParts {
  readonly host: ConsensusHost<State>;
  readonly signals: TransactionSignals;
  readonly gossip: TransactionGossip;
  readonly syncing: SyncingStatus;
  readonly keyWatch: ActiveKeyWatch;
  readonly network: NetworkPort;
  readonly reader: ChainReader;
  readonly log: Logger;
}

/**
 * A block is durable: all parts of the node that go by the head are told, consensus first, then the peers.
 * @param parts asked for at each head, since some of them are made after the listener.
 */
export function headListener(parts: () => HeadListenerParts): (head: Head) => void {
  return (head) => {
    const { host, signals, gossip, syncing, keyWatch } = parts();
    host.submit({ kind: "new-head", head });
    signals.headMoved();
    gossip.headMoved();
    syncing.headMoved(head);
    keyWatch.headMoved(head);
    // Peers have the blocks this node is still catching up with.
    if (syncing.progress(0) === false) announce(head.height, parts());
  };
}

function announce(height: number, { reader, network, log }: HeadListenerParts): void {
  readCertified(reader, height)
    .then((decided) => decided !== null && network.publishHead(decided))
    .catch((error: unknown) => log.warn({ height, err: error }, "the new head could not be announced"));
}
