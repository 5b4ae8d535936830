import { randomBytes } from "node:crypto";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { toHex } from "@causeway/protocol/hex";
import { encodeConsensusMessage } from "@causeway/protocol/wire/consensusMessageCodec";
import { consensusFrameBytesMax } from "@causeway/protocol/wire/frameLimits";
import { encodeHave } from "@causeway/protocol/wire/haveCodec";
import { LIFE_BYTES } from "@causeway/protocol/wire/helloCodec";
import type { Connection, PeerId } from "@libp2p/interface";
import type { Node } from "../connections/createNode.js";
import type { HandshakeContext } from "../connections/handshake.js";
import { Handshakes } from "../connections/handshakes.js";
import { hostOf } from "../connections/hostOf.js";
import { type Slot, surplusSlots } from "../connections/surplusSlots.js";
import { MessageDecoder } from "../consensus/messageDecoder.js";
import { Relays } from "../consensus/relays.js";
import type { GossipGate } from "../gossip/gossip.js";
import { GossipJudge } from "../gossip/gossipJudge.js";
import {
  CONSENSUS_STREAMS_PER_PEER,
  HELLO_STREAMS_PER_PEER,
  STRANGERS_PER_HOST_MAX,
  SYNC_STREAMS_PER_PEER,
} from "../limits.js";
import type { NetworkHandlers, NetworkOptions } from "../networkPort.js";
import { CONSENSUS_PROTOCOL, HELLO_PROTOCOL, SYNC_PROTOCOL } from "../protocols.js";
import { StrangersShare } from "../rates/strangersShare.js";
import { InboundStreams } from "../streams/inboundStreams.js";
import { PeerConduct } from "./peerConduct.js";
import type { PeerSession } from "./peerSession.js";
import { PeerTable } from "./peerTable.js";

const monotonicNow = () => performance.now();

/** What the network knows of peers beside what they prove. */
export interface PeersParts {
  /** Whether the operator has named this peer. */
  keeps(peer: string): boolean;
  /** This peer is connected no longer. */
  ended(peer: string): void;
}

/** All that concerns peers, put together: who is let in (N1), who is connected, what they may send and how they behave (N2). */
export class Peers {
  readonly table: PeerTable;
  readonly conduct: PeerConduct;
  readonly handshakes: Handshakes;
  readonly relays: Relays<ConsensusMessage>;
  readonly gossipGate: GossipGate;
  private readonly streams: InboundStreams;
  private node: Node | null = null;

  constructor(
    self: PeerId,
    private readonly options: NetworkOptions,
    handlers: NetworkHandlers,
    private readonly parts: PeersParts,
  ) {
    const { log, maxBlockBytes } = options;
    const frameBytesMax = consensusFrameBytesMax(maxBlockBytes);
    this.relays = new Relays({
      peers: () => this.table.ids(),
      send: (to, message) => this.sendConsensus(to, message),
      announce: (to, have) => this.table.get(to)?.send(encodeHave(have)),
      after: (delayMs, run) => void setTimeout(run, delayMs).unref(),
    });
    this.conduct = new PeerConduct({
      ...{ log, handlers, now: monotonicNow },
      disconnect: (peer, reason) => this.disconnect(peer, reason),
    });
    this.table = new PeerTable({
      ...{ log, handlers, now: monotonicNow, frameBytesMax },
      score: (peer) => this.conduct.score(peer),
      ended: (peer) => {
        this.relays.disconnected(peer);
        parts.ended(peer);
      },
    });
    const { table, conduct, relays } = this;
    this.handshakes = new Handshakes({
      ...{ log, table, context: handshakeContext(self, options, handlers) },
      node: () => this.node,
      refused: (rule) => conduct.refused(rule),
      makeRoom: () => this.makeRoom(),
    });
    const strangers = new StrangersShare(monotonicNow);
    const isStranger = (session: PeerSession) => this.isStranger(session);
    this.gossipGate = new GossipJudge({
      ...{ table, conduct, handlers, now: monotonicNow },
      shareOf: (session) => (isStranger(session) ? strangers.transactions : null),
    });
    const decoder = new MessageDecoder(options, options.recover);
    const { handshakes } = this;
    this.streams = new InboundStreams({
      ...{ options, handlers, handshakes, table, conduct, decoder, relays, frameBytesMax },
      ...{ strangers, isStranger, now: monotonicNow },
    });
  }

  /** Serve the three protocols on a node that has not started yet. */
  async attach(node: Node): Promise<void> {
    const { handshakes, streams } = this;
    this.node = node;
    node.addEventListener("connection:open", ({ detail }) => handshakes.onConnection(detail));
    await node.handle(HELLO_PROTOCOL, (stream, connection) => handshakes.onHello(stream, connection), {
      maxInboundStreams: HELLO_STREAMS_PER_PEER,
    });
    await node.handle(CONSENSUS_PROTOCOL, (stream, connection) => streams.onConsensus(stream, connection), {
      maxInboundStreams: CONSENSUS_STREAMS_PER_PEER,
    });
    await node.handle(SYNC_PROTOCOL, (stream, connection) => streams.onSync(stream, connection), {
      maxInboundStreams: SYNC_STREAMS_PER_PEER,
    });
  }

  close(): void {
    this.node = null;
    this.table.close();
  }

  sendConsensus(to: readonly string[], message: ConsensusMessage): void {
    const bytes = encodeConsensusMessage(message);
    for (const peer of to) this.table.get(peer)?.send(bytes);
  }

  /** A peer that the operator has not named and that has proven no validator's key. */
  private isStranger({ id, validator }: Pick<PeerSession, "id" | "validator">): boolean {
    return !this.parts.keeps(id) && (validator === null || !this.options.isValidator(validator));
  }

  disconnect(peer: string, reason: Error): void {
    for (const connection of this.node?.getConnections() ?? []) {
      if (connection.remotePeer.toString() === peer) connection.abort(reason);
    }
  }

  private makeRoom(): void {
    const open = (this.node?.getConnections() ?? []).filter(({ status }) => status === "open");
    const slots = open.map((connection) => this.slotOf(connection));
    const { log, strangersPerHost = STRANGERS_PER_HOST_MAX } = this.options;
    for (const { connection, standing, host } of surplusSlots(slots, strangersPerHost)) {
      const rule = "N2.slots";
      log.info(
        { peer: connection.remotePeer.toString(), standing, host, rule },
        "p2p no free connection slot",
      );
      this.conduct.refused(rule);
      connection.abort(new Error("no free slot"));
    }
  }

  private slotOf(connection: Connection): Slot & { readonly connection: Connection } {
    const id = connection.remotePeer.toString();
    const key = this.table.get(id)?.validator ?? null;
    const slot = {
      connection,
      key,
      host: hostOf(connection.remoteAddr),
      openedAt: connection.timeline.open,
    };
    if (this.parts.keeps(id)) return { ...slot, standing: "kept" };
    if (!this.handshakes.isAdmitted(connection)) return { ...slot, standing: "unproven" };
    return { ...slot, standing: this.isStranger({ id, validator: key }) ? "stranger" : "validator" };
  }
}

function handshakeContext(
  self: PeerId,
  options: NetworkOptions,
  handlers: NetworkHandlers,
): HandshakeContext {
  const { chainId, genesisHash, recover } = options;
  return {
    ...{ self, chainId, genesisHash, recover },
    life: toHex(randomBytes(LIFE_BYTES)),
    get forkId() {
      return options.forkId;
    },
    acceptsForkId: (remote) => options.acceptsForkId?.(remote) ?? remote.hash === options.forkId.hash,
    headHeight: () => handlers.headHeight(),
    signHandshake: (digest) => handlers.signHandshake(digest),
  };
}
