import { CausewayError } from "@causeway/protocol/errors";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import { asError } from "../asError.js";
import { CONNECTIONS_PER_PEER_MAX, HANDSHAKE_TIMEOUT_MS, STREAM_OPEN_TIMEOUT_MS } from "../limits.js";
import type { NetworkOptions } from "../networkPort.js";
import type { PeerSession } from "../peers/peerSession.js";
import type { PeerTable } from "../peers/peerTable.js";
import { HELLO_PROTOCOL } from "../protocols.js";
import { Admission } from "./admission.js";
import type { Node } from "./createNode.js";
import { type HandshakeContext, performHandshake } from "./handshake.js";

export interface HandshakesParts {
  readonly context: HandshakeContext;
  readonly table: PeerTable;
  readonly log: NetworkOptions["log"];
  /** Null when stopped. */
  node(): Node | null;
  /** Count a refusal (X9). */
  refused(rule: string): void;
  /** A connection came, or proved another standing: who has no slot must go. */
  makeRoom(): void;
}

/** Lets peers in that prove themselves (N1), one handshake for each connection, and renews the proof when a key changes (V4). */
export class Handshakes {
  private readonly admissions = new WeakMap<Connection, Admission>();
  /** How often the own key changed: a handshake under way at a change proved the old one. */
  private keyChanges = 0;

  constructor(private readonly parts: HandshakesParts) {}

  /** The session of a connection's peer once it has proven itself. @throws when it did not. */
  session(connection: Connection): Promise<PeerSession> {
    return this.admission(connection).session;
  }

  isAdmitted(connection: Connection): boolean {
    return this.admissions.get(connection)?.admitted ?? false;
  }

  /** Show every peer the key this node signs with now. */
  proveKey(): void {
    this.keyChanges += 1;
    for (const session of this.parts.table.all()) void this.proveTo(session);
  }

  /** The dialler opens the handshake; the other side waits for it, both within the deadline. */
  onConnection(connection: Connection): void {
    this.closeSurplus(connection.remotePeer);
    this.parts.makeRoom();
    const admission = this.admission(connection);
    admission.session.catch((reason) => this.refuse(connection, reason));
    if (connection.direction === "outbound") void this.openHello(connection, admission);
  }

  async onHello(stream: Stream, connection: Connection): Promise<void> {
    const admission = this.admission(connection);
    if (admission.admitted) return this.onLaterHello(stream, connection);
    if (admission.began) return stream.abort(new Error("one handshake at a time"));
    await this.run(stream, connection, admission).catch((error) => admission.refuse(asError(error)));
  }

  private admission(connection: Connection): Admission {
    const known = this.admissions.get(connection);
    if (known !== undefined) return known;
    const admission = new Admission(connection);
    this.admissions.set(connection, admission);
    return admission;
  }

  /** One peer, also one on the allowlist, must not take the slots of all others. */
  private closeSurplus(peer: PeerId): void {
    const connections = this.parts.node()?.getConnections(peer) ?? [];
    const byAge = connections.toSorted((a, b) => a.timeline.open - b.timeline.open);
    for (const connection of byAge.slice(0, -CONNECTIONS_PER_PEER_MAX)) {
      connection.abort(new Error(`more than ${CONNECTIONS_PER_PEER_MAX} connections of one peer`));
    }
  }

  private async openHello(connection: Connection, admission: Admission): Promise<void> {
    try {
      const stream = await connection.newStream(HELLO_PROTOCOL, { signal: admission.deadline });
      await this.run(stream, connection, admission);
    } catch (error) {
      admission.refuse(asError(error));
    }
  }

  private async run(stream: Stream, connection: Connection, admission: Admission): Promise<void> {
    admission.began = true;
    const { keyChanges } = this;
    const { context, table } = this.parts;
    const proven = await performHandshake(stream, connection.remotePeer, context, admission.deadline);
    // Closed meanwhile: its close event is past, and would never end a session.
    if (connection.status !== "open") throw new Error("the connection closed");
    const session = table.admit(connection, proven);
    admission.admit(session);
    this.parts.makeRoom();
    await stream.close({ signal: admission.deadline });
    if (keyChanges !== this.keyChanges) await this.proveTo(session);
  }

  private refuse(connection: Connection, reason: Error): void {
    if (this.parts.node() === null) return;
    const rule = ruleOf(reason) ?? "N1";
    const peer = connection.remotePeer.toString();
    this.parts.log.warn({ peer, rule, reason: reason.message }, "p2p peer refused");
    this.parts.refused(rule);
    connection.abort(reason);
  }

  /** An admitted peer proves the key it signs with from now on. */
  private async onLaterHello(stream: Stream, connection: Connection): Promise<void> {
    const session = this.parts.table.get(connection.remotePeer.toString());
    if (session === undefined || !session.rates.hello.tryTake(0)) {
      return stream.abort(new Error("no handshake now"));
    }
    await this.renewProof(stream, connection, session);
  }

  private async proveTo(session: PeerSession): Promise<void> {
    const { connection } = session;
    if (connection === undefined) return;
    const signal = AbortSignal.any([session.signal, AbortSignal.timeout(STREAM_OPEN_TIMEOUT_MS)]);
    try {
      await this.renewProof(await connection.newStream(HELLO_PROTOCOL, { signal }), connection, session);
    } catch (error) {
      this.proofFailed(session.id, asError(error));
    }
  }

  /** The handshake once more: both sides prove the key they have now. What fails leaves what was proven before. */
  private async renewProof(stream: Stream, connection: Connection, session: PeerSession): Promise<void> {
    const { context, table, log } = this.parts;
    const signal = AbortSignal.any([session.signal, AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)]);
    try {
      const proven = await performHandshake(stream, connection.remotePeer, context, signal);
      const { validator } = proven;
      if (validator !== session.validator)
        log.info({ peer: session.id, validator }, "p2p peer proved another key");
      table.prove(session, proven);
      this.parts.makeRoom();
      await stream.close({ signal });
    } catch (error) {
      stream.abort(asError(error));
      this.proofFailed(session.id, asError(error));
    }
  }

  private proofFailed(peer: string, error: Error): void {
    const rule = ruleOf(error);
    this.parts.log.info({ peer, rule, reason: error.message }, "p2p peer's key was not proven again");
    if (rule !== null) this.parts.refused(rule);
  }
}

function ruleOf(error: Error): string | null {
  return error instanceof CausewayError && "rule" in error.type ? String(error.type.rule) : null;
}
