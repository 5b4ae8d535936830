// libp2p needs Promise.withResolvers, which Node 20 lacks.
import "core-js/actual/promise/with-resolvers.js";

import type { GossipSub } from "@libp2p/gossipsub";
import { type Identify, identify } from "@libp2p/identify";
import type {
  ConnectionGater,
  Ed25519PrivateKey,
  Libp2p,
  MultiaddrConnection,
  PeerId,
} from "@libp2p/interface";
import { noise } from "@libp2p/noise";
import { type Ping, ping } from "@libp2p/ping";
import { tcp } from "@libp2p/tcp";
import { yamux } from "@libp2p/yamux";
import { createLibp2p } from "libp2p";
import { gossipService } from "../gossip/gossip.js";
import {
  CONNECTIONS_MAX,
  HANDSHAKE_TIMEOUT_MS,
  INBOUND_CONNECTIONS_PER_SECOND,
  PENDING_CONNECTIONS_MAX,
  PING_TIMEOUT_MS,
  STREAM_WINDOW_BYTES_MAX,
} from "../limits.js";
import type { NetworkOptions } from "../networkPort.js";

type Services = { readonly identify: Identify; readonly ping: Ping; readonly pubsub: GossipSub };

/** The libp2p node under the network. */
export type Node = Libp2p<Services>;

/** Who may connect, decided outside. */
export interface Doorkeeper {
  /** The rule that keeps a peer out, null to let it in. */
  denial(peer: string): string | null;
  /** A connection was refused by this rule. */
  onRefused(rule: string): void;
}

/** Assemble libp2p: tcp, noise, yamux, gossipsub; no discovery, no relay, nothing stored. */
export function createNode(
  privateKey: Ed25519PrivateKey,
  options: Pick<NetworkOptions, "listen" | "genesisHash" | "log">,
  doorkeeper: Doorkeeper,
): Promise<Node> {
  return createLibp2p<Services>({
    privateKey,
    start: false,
    addresses: { listen: [...options.listen] },
    transports: [
      tcp({
        maxConnections: CONNECTIONS_MAX + PENDING_CONNECTIONS_MAX,
        dialOpts: { noDelay: true },
        listenOpts: { noDelay: true },
      }),
    ],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux({ streamOptions: { maxStreamWindowSize: STREAM_WINDOW_BYTES_MAX } })],
    connectionGater: gater(doorkeeper, options.log),
    connectionManager: {
      maxConnections: CONNECTIONS_MAX,
      maxIncomingPendingConnections: PENDING_CONNECTIONS_MAX,
      inboundConnectionThreshold: INBOUND_CONNECTIONS_PER_SECOND,
      inboundUpgradeTimeout: HANDSHAKE_TIMEOUT_MS,
      // Boot peers have a redialer of their own, which never gives up.
      reconnectRetries: 0,
    },
    connectionMonitor: { pingTimeout: { minTimeout: PING_TIMEOUT_MS } },
    services: { identify: identify(), ping: ping(), pubsub: gossipService(options.genesisHash) },
  });
}

function gater(doorkeeper: Doorkeeper, log: NetworkOptions["log"]): ConnectionGater {
  const authenticated = new WeakSet<MultiaddrConnection>();
  const deny = (peer: PeerId): boolean => {
    const rule = doorkeeper.denial(peer.toString());
    if (rule === null) return false;
    log.info({ peer: peer.toString(), rule }, "p2p connection refused");
    doorkeeper.onRefused(rule);
    return true;
  };
  return {
    denyDialPeer: (peer) => doorkeeper.denial(peer.toString()) !== null,
    denyInboundConnection: (connection) => {
      connection.addEventListener("close", () => {
        if (authenticated.has(connection)) return;
        const address = connection.remoteAddr.toString();
        const rule = "N1.noise";
        log.warn({ address, rule }, "p2p connection closed: its bytes were no noise handshake");
        doorkeeper.onRefused(rule);
      });
      return false;
    },
    denyInboundEncryptedConnection: (peer, connection) => {
      authenticated.add(connection);
      return deny(peer);
    },
    denyOutboundEncryptedConnection: deny,
  };
}
