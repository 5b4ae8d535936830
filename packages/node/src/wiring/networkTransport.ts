import type { NetworkPort } from "@causeway/network/networkPort";
import type { Block } from "@causeway/protocol/block";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";
import { type FetchBlockPorts, fetchBlock } from "../host/fetchBlock.js";
import type { ConsensusTransport } from "../host/hostPorts.js";
import type { Synchroniser } from "../sync/synchroniser.js";
import { type CertifiedReader, readCertified } from "./readCertified.js";

export interface NetworkTransportPorts extends FetchBlockPorts {
  readonly network: NetworkPort;
  readonly reader: CertifiedReader;
  readonly synchroniser: Pick<Synchroniser, "announced">;
}

/** Consensus' {@link ConsensusTransport} over the real network. */
export class NetworkTransport implements ConsensusTransport {
  readonly #ports: NetworkTransportPorts;

  constructor(ports: NetworkTransportPorts) {
    this.#ports = ports;
  }

  broadcast(message: ConsensusMessage): void {
    this.#ports.network.broadcastConsensus(message);
  }

  send(peer: string, message: ConsensusMessage): void {
    this.#ports.network.sendConsensus(peer, message);
  }

  relay(message: ConsensusMessage, except: string): void {
    this.#ports.network.relayConsensus(message, except);
  }

  sendDecided(peer: string, height: number): void {
    const { network, reader, log } = this.#ports;
    readCertified(reader, height)
      .then((decided) => {
        if (decided !== null) network.sendDecided(peer, decided);
      })
      .catch((error: unknown) => log.warn({ peer, height, err: error }, "a decided block could not be read"));
  }

  fetchBlock(hash: Hash, signal: AbortSignal): Promise<Block> {
    return fetchBlock(this.#ports, hash, signal);
  }

  catchUp(height: number, peer: string): void {
    this.#ports.synchroniser.announced(peer, height);
  }
}
