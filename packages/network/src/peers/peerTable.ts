import type { Address } from "@causeway/protocol/hex";
import type { Connection } from "@libp2p/interface";
import type { HandshakeResult } from "../connections/handshake.js";
import { tellHost } from "../hostCalls.js";
import { QUEUE_LARGEST_FRAMES_MAX } from "../limits.js";
import type { NetworkHandlers, NetworkOptions, Peer } from "../networkPort.js";
import { PeerSession } from "./peerSession.js";

export interface PeerTableParts {
  readonly log: NetworkOptions["log"];
  readonly handlers: Pick<NetworkHandlers, "onPeerConnected" | "onPeerDisconnected">;
  /** Monotonic milliseconds. */
  now(): number;
  /** Of the largest consensus message. */
  readonly frameBytesMax: number;
  score(peer: string): number;
  /** Before the host hears of it. */
  ended(peer: string): void;
}

/** Who is connected: one session for each life of a handshaken peer, however many connections it has. */
export class PeerTable {
  private readonly sessions = new Map<string, PeerSession>();

  constructor(private readonly parts: PeerTableParts) {}

  ids(): Iterable<string> {
    return this.sessions.keys();
  }

  all(): Iterable<PeerSession> {
    return this.sessions.values();
  }

  get(peer: string): PeerSession | undefined {
    return this.sessions.get(peer);
  }

  list(): Peer[] {
    return [...this.sessions.values()].map((session) => this.describe(session));
  }

  /** A connection whose peer has proven itself. */
  admit(connection: Connection, proven: HandshakeResult): PeerSession {
    const { validator, headHeight } = proven;
    const id = connection.remotePeer.toString();
    this.endFormerLife(id, proven);
    const known = this.sessions.get(id);
    const session = known ?? this.createSession(id, proven);
    session.addConnection(connection);
    connection.addEventListener("close", () => {
      if (session.removeConnection(connection)) this.end(session);
    });
    this.prove(session, proven);
    if (known === undefined) {
      this.sessions.set(id, session);
      this.parts.log.info({ peer: id, validator, height: headHeight }, "p2p peer connected");
      tellHost(() => this.parts.handlers.onPeerConnected(this.describe(session)));
    }
    return session;
  }

  /** What a handshake proved of a peer stands in place of what it proved before. */
  prove(session: PeerSession, { validator, headHeight, self }: HandshakeResult): void {
    session.validator = validator;
    this.raiseHeight(session.id, headHeight);
    if (validator !== null) this.warnOfTwins(session.id, validator, self);
  }

  raiseHeight(peer: string, height: number): void {
    const session = this.sessions.get(peer);
    if (session !== undefined && height > session.height) session.height = height;
  }

  close(): void {
    for (const session of this.sessions.values()) this.end(session);
  }

  /** Two nodes with one key sign two ways sooner or later, which is proof against an honest operator (C15). */
  private warnOfTwins(peer: string, validator: Address, self: Address | null): void {
    const { log } = this.parts;
    if (validator === self)
      log.warn({ peer, validator }, "p2p peer holds this node's consensus key: stop one of the two at once");
    for (const { id, validator: other } of this.sessions.values()) {
      if (id !== peer && other === validator)
        log.warn({ peer, other: id, validator }, "p2p two peers hold one consensus key: ask its operator");
    }
  }

  /**
   * A peer that lost power comes back before its old connection is found dead. What it had told to have is lost with its
   * memory, so that it must be sent again (C11): it is a new peer, as if the old one had been seen to go.
   */
  private endFormerLife(id: string, { life }: HandshakeResult): void {
    const former = this.sessions.get(id);
    if (former === undefined || former.life === life) return;
    this.parts.log.info({ peer: id }, "p2p peer has started anew: its former connections are closed");
    this.end(former);
    former.abortConnections();
  }

  private createSession(id: string, { life, validator, headHeight }: HandshakeResult): PeerSession {
    const { now, frameBytesMax, log } = this.parts;
    return new PeerSession(
      id,
      life,
      validator,
      headHeight,
      QUEUE_LARGEST_FRAMES_MAX * frameBytesMax,
      now,
      (dropped) => log.debug({ peer: id, dropped, rule: "N2.queue" }, "p2p peer too slow, oldest dropped"),
    );
  }

  private end(session: PeerSession): void {
    if (this.sessions.get(session.id) !== session) return;
    this.sessions.delete(session.id);
    session.close();
    this.parts.log.info({ peer: session.id }, "p2p peer disconnected");
    this.parts.ended(session.id);
    tellHost(() => this.parts.handlers.onPeerDisconnected(session.id));
  }

  private describe({ id, validator, height }: PeerSession): Peer {
    return { id, validator, height, score: this.parts.score(id) };
  }
}
