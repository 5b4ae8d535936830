import { setTimeout as delay } from "node:timers/promises";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { CausewayError } from "@causeway/protocol/errors";
import { decodeDecided } from "@causeway/protocol/wire/certifiedBlockCodec";
import { encodeConsensusMessage, isConsensusCode } from "@causeway/protocol/wire/consensusMessageCodec";
import { consensusFrameBytesMax } from "@causeway/protocol/wire/frameLimits";
import { decodeHave, encodeHave } from "@causeway/protocol/wire/haveCodec";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import { Admission } from "./admission.js";
import { asError } from "./asError.js";
import type { Node } from "./createNode.js";
import { FrameReader } from "./frameReader.js";
import type { GossipGate } from "./gossip.js";
import { type HandshakeContext, type HandshakeResult, performHandshake } from "./handshake.js";
import { isMalformed } from "./isMalformed.js";
import {
  CONNECTIONS_PER_PEER_MAX,
  CONSENSUS_STREAMS_PER_PEER,
  HANDSHAKE_TIMEOUT_MS,
  HELLO_STREAMS_PER_PEER,
  PENALTY,
  QUEUE_LARGEST_FRAMES_MAX,
  STREAM_OPEN_TIMEOUT_MS,
  SYNC_STREAMS_PER_PEER,
  SYNC_TIMEOUT_MS,
} from "./limits.js";
import { MessageDecoder } from "./messageDecoder.js";
import { NetworkError } from "./networkError.js";
import type { HeadAnnouncement, HeadVerdict, NetworkHandlers, NetworkOptions, Peer } from "./networkPort.js";
import { PeerScores } from "./peerScores.js";
import { PeerSession } from "./peerSession.js";
import { CONSENSUS_PROTOCOL, HELLO_PROTOCOL, SYNC_PROTOCOL } from "./protocols.js";
import { Relays } from "./relays.js";
import { serveSync } from "./syncServer.js";
import { TransactionGate } from "./transactionGate.js";

const monotonicNow = () => performance.now();

/** Who is connected, who is let in, and what they may send us. */
export class Peers {
  private readonly table = new Map<string, PeerSession>();
  private readonly admissions = new WeakMap<Connection, Admission>();
  private readonly transactionGate: TransactionGate;
  private readonly scores = new PeerScores(monotonicNow);
  private readonly context: HandshakeContext;
  private readonly decoder: MessageDecoder;
  readonly relays: Relays<ConsensusMessage>;
  private node: Node | null = null;
  /** How often the own key changed: a handshake under way at a change proved the old one. */
  private keyChanges = 0;

  constructor(
    self: PeerId,
    private readonly options: NetworkOptions,
    private readonly handlers: NetworkHandlers,
    private readonly onSessionEnded: (peer: string) => void,
  ) {
    const { chainId, genesisHash, recover } = options;
    this.decoder = new MessageDecoder(options, recover);
    this.relays = new Relays({
      peers: () => this.table.keys(),
      send: (to, message) => this.sendConsensus(to, message),
      announce: (to, have) => this.table.get(to)?.send(encodeHave(have)),
      after: (delayMs, run) => void setTimeout(run, delayMs).unref(),
    });
    this.context = {
      self,
      chainId,
      genesisHash,
      get forkId() {
        return options.forkId;
      },
      acceptsForkId: (remote) => options.acceptsForkId?.(remote) ?? remote.hash === options.forkId.hash,
      recover,
      headHeight: () => handlers.headHeight(),
      signHandshake: (digest) => handlers.signHandshake(digest),
    };
    this.transactionGate = new TransactionGate({
      judge: (peer, transaction) => handlers.onTransaction(peer, transaction),
      offence: (peer, rule, points, detail) => this.offence(peer, rule, points, detail),
      failed: (error) => this.surface(error),
      now: monotonicNow,
    });
  }

  /** Serve the three protocols on a node that has not started yet. */
  async attach(node: Node): Promise<void> {
    this.node = node;
    node.addEventListener("connection:open", ({ detail }) => this.onConnection(detail));
    await node.handle(HELLO_PROTOCOL, (stream, connection) => this.onHello(stream, connection), {
      maxInboundStreams: HELLO_STREAMS_PER_PEER,
    });
    await node.handle(CONSENSUS_PROTOCOL, (stream, connection) => this.onConsensus(stream, connection), {
      maxInboundStreams: CONSENSUS_STREAMS_PER_PEER,
    });
    await node.handle(SYNC_PROTOCOL, (stream, connection) => this.onSync(stream, connection), {
      maxInboundStreams: SYNC_STREAMS_PER_PEER,
    });
  }

  close(): void {
    this.node = null;
    for (const session of this.table.values()) this.end(session);
  }

  /** Show every peer the key this node signs with now (N1, V4). */
  proveKey(): void {
    this.keyChanges += 1;
    for (const session of this.table.values()) void this.proveTo(session);
  }

  sessions(): Iterable<PeerSession> {
    return this.table.values();
  }

  session(peer: string): PeerSession | undefined {
    return this.table.get(peer);
  }

  list(): Peer[] {
    return [...this.table.values()].map((session) => this.describe(session));
  }

  sendConsensus(to: readonly string[], message: ConsensusMessage): void {
    const bytes = encodeConsensusMessage(message);
    for (const peer of to) this.table.get(peer)?.send(bytes);
  }

  /** The rule that keeps a peer out, or null. */
  denial(peer: string, allowlist: ReadonlySet<string> | null): string | null {
    if (this.scores.isBanned(peer)) return "N2.banned";
    if (allowlist !== null && !allowlist.has(peer)) return "N1.allowlist";
    return null;
  }

  /** @param rule what was broken, as log and metrics name it (X9). */
  penalise(peer: string, rule: string, points: number, detail?: string): void {
    const banned = this.scores.penalise(peer, points);
    const score = this.scores.score(peer);
    this.options.log.warn({ peer, rule, detail, points, score, banned }, "p2p peer penalised");
    if (banned) this.disconnect(peer, new Error(`banned: ${rule}`));
  }

  /** A refusal of the network's own: counted by the host, and logged where it happens. */
  refused(rule: string): void {
    this.tell(() => this.handlers.onRefused?.(rule));
  }

  /** Resolves when the connection's peer has proven itself (N1). @throws when it did not. */
  async handshaken(connection: Connection): Promise<void> {
    await this.admission(connection).session;
  }

  gossipGate(): GossipGate {
    return {
      admits: (peer, size) => this.table.get(peer)?.rates.gossip.tryTake(size) ?? false,
      onTransaction: async (peer, transaction) => {
        const session = this.table.get(peer);
        return session === undefined ? "ignore" : this.transactionGate.judge(session, transaction);
      },
      onHead: (peer, head) => this.judgeHead(peer, head),
      onMalformed: (peer, error) => void this.misbehaved(peer, error),
    };
  }

  /** Whether a gossiped head goes on to others: forged ones would cost everybody, so each node asks its host first (N2). */
  private async judgeHead(peer: string, head: HeadAnnouncement): Promise<HeadVerdict> {
    const { height, hash } = head.header;
    if (this.table.get(peer)?.rates.heads.tryTake(0) !== true) return "ignore";
    let verdict: HeadVerdict = "ignore";
    try {
      verdict = await this.handlers.onHeadAnnounced(peer, head);
    } catch (error) {
      this.surface(error);
    }
    if (verdict !== "reject") this.raiseHeight(peer, height);
    else this.offence(peer, "N2.headSeals", PENALTY.forgedHead, `forged seals over head ${height} ${hash}`);
    return verdict;
  }

  /** The dialler opens the handshake; the other side waits for it, both within the deadline. */
  private onConnection(connection: Connection): void {
    this.closeSurplus(connection.remotePeer);
    const admission = this.admission(connection);
    admission.session.catch((reason) => this.refuse(connection, reason));
    if (connection.direction === "outbound") void this.openHello(connection, admission);
  }

  /** One peer, also one on the allowlist, must not take the places of all others. */
  private closeSurplus(peer: PeerId): void {
    const connections = this.node?.getConnections(peer) ?? [];
    const byAge = connections.toSorted((a, b) => a.timeline.open - b.timeline.open);
    for (const connection of byAge.slice(0, -CONNECTIONS_PER_PEER_MAX)) {
      connection.abort(new Error(`more than ${CONNECTIONS_PER_PEER_MAX} connections of one peer`));
    }
  }

  private async openHello(connection: Connection, admission: Admission): Promise<void> {
    try {
      const stream = await connection.newStream(HELLO_PROTOCOL, { signal: admission.deadline });
      await this.runHandshake(stream, connection, admission);
    } catch (error) {
      admission.refuse(asError(error));
    }
  }

  private async onHello(stream: Stream, connection: Connection): Promise<void> {
    const admission = this.admission(connection);
    if (admission.admitted) return this.onLaterHello(stream, connection);
    if (admission.began) return stream.abort(new Error("one handshake at a time"));
    await this.runHandshake(stream, connection, admission).catch((error) => admission.refuse(asError(error)));
  }

  private async runHandshake(stream: Stream, connection: Connection, admission: Admission): Promise<void> {
    admission.began = true;
    const { keyChanges } = this;
    const result = await performHandshake(stream, connection.remotePeer, this.context, admission.deadline);
    // Closed meanwhile: its close event is past, and would never end a session.
    if (connection.status !== "open") throw new Error("the connection closed");
    const session = this.admit(connection, result);
    admission.admit(session);
    await stream.close({ signal: admission.deadline });
    if (keyChanges !== this.keyChanges) await this.proveTo(session);
  }

  /** An admitted peer proves the key it signs with from now on (V4). */
  private async onLaterHello(stream: Stream, connection: Connection): Promise<void> {
    const session = this.table.get(connection.remotePeer.toString());
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
    const signal = AbortSignal.any([session.signal, AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)]);
    try {
      const { validator, headHeight } = await performHandshake(
        stream,
        connection.remotePeer,
        this.context,
        signal,
      );
      if (validator !== session.validator)
        this.options.log.info({ peer: session.id, validator }, "p2p peer proved another key");
      session.validator = validator;
      this.raiseHeight(session.id, headHeight);
      await stream.close({ signal });
    } catch (error) {
      stream.abort(asError(error));
      this.proofFailed(session.id, asError(error));
    }
  }

  private proofFailed(peer: string, error: Error): void {
    const rule = error instanceof CausewayError && "rule" in error.type ? error.type.rule : null;
    this.options.log.info({ peer, rule, reason: error.message }, "p2p peer's key was not proven again");
    if (rule !== null) this.refused(rule);
  }

  private admission(connection: Connection): Admission {
    const known = this.admissions.get(connection);
    if (known !== undefined) return known;
    const admission = new Admission(connection);
    this.admissions.set(connection, admission);
    return admission;
  }

  private admit(connection: Connection, { validator, headHeight }: HandshakeResult): PeerSession {
    const id = connection.remotePeer.toString();
    const known = this.table.get(id);
    const session = known ?? this.createSession(id, validator, headHeight);
    session.validator = validator;
    session.addConnection(connection);
    connection.addEventListener("close", () => {
      if (session.removeConnection(connection)) this.end(session);
    });
    if (known === undefined) {
      this.table.set(id, session);
      this.options.log.info({ peer: id, validator, height: headHeight }, "p2p peer connected");
      this.tell(() => this.handlers.onPeerConnected(this.describe(session)));
    }
    this.raiseHeight(id, headHeight);
    return session;
  }

  private createSession(id: string, validator: Peer["validator"], height: number): PeerSession {
    return new PeerSession(
      id,
      validator,
      height,
      () => QUEUE_LARGEST_FRAMES_MAX * this.frameBytesMax(),
      monotonicNow,
      (dropped) =>
        this.options.log.debug({ peer: id, dropped, rule: "N2.queue" }, "p2p peer too slow, oldest dropped"),
    );
  }

  private end(session: PeerSession): void {
    if (this.table.get(session.id) !== session) return;
    this.table.delete(session.id);
    session.close();
    this.relays.disconnected(session.id);
    this.options.log.info({ peer: session.id }, "p2p peer disconnected");
    this.tell(() => this.handlers.onPeerDisconnected(session.id));
    this.onSessionEnded(session.id);
  }

  private refuse(connection: Connection, reason: Error): void {
    if (this.node === null) return;
    const rule = reason instanceof CausewayError && "rule" in reason.type ? reason.type.rule : "N1";
    this.options.log.warn(
      { peer: connection.remotePeer.toString(), rule, reason: reason.message },
      "p2p peer refused",
    );
    this.refused(rule);
    connection.abort(reason);
  }

  disconnect(peer: string, reason: Error): void {
    for (const connection of this.node?.getConnections() ?? []) {
      if (connection.remotePeer.toString() === peer) connection.abort(reason);
    }
  }

  private async onConsensus(stream: Stream, connection: Connection): Promise<void> {
    try {
      // A stranger may not make us read large frames.
      stream.pause();
      const session = await this.admission(connection).session;
      const reader = new FrameReader(stream, () => this.frameBytesMax());
      for (;;) {
        const bytes = await reader.next(session.signal);
        if (bytes === null) break;
        const recoveries = this.deliver(session, bytes);
        const waitMs = session.rates.consensus.take(bytes.length, Math.max(1, recoveries));
        if (waitMs > 0) await delay(waitMs, undefined, { signal: session.signal });
      }
    } catch (error) {
      this.failStream(stream, connection, error);
    }
  }

  /** @returns how many signers had to be recovered. */
  private deliver(session: PeerSession, bytes: Uint8Array): number {
    if (isConsensusCode(bytes[0])) {
      const { message, recoveries } = this.decoder.decode(bytes);
      this.relays.received(session.id, message);
      this.tell(() => this.handlers.onConsensusMessage(session.id, message));
      return recoveries;
    }
    if (bytes[0] === WIRE_CODE.have) {
      this.relays.announced(session.id, decodeHave(bytes));
      return 0;
    }
    const decided = decodeDecided(bytes);
    this.raiseHeight(session.id, decided.block.height);
    this.tell(() => this.handlers.onDecided(session.id, decided));
    return 0;
  }

  private async onSync(stream: Stream, connection: Connection): Promise<void> {
    try {
      const session = await this.admission(connection).session;
      if (!session.rates.sync.tryTake(0)) {
        this.offence(session.id, "N2.syncRate", PENALTY.syncOverload, "more requests than the rate allows");
        stream.abort(new Error("too many sync requests"));
        return;
      }
      const signal = AbortSignal.any([session.signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]);
      const handlers = { ...this.handlers, readPool: () => this.readPool(session) };
      await serveSync(stream, handlers, this.options.maxBlockBytes, signal);
    } catch (error) {
      this.failStream(stream, connection, error);
    }
  }

  private readPool(session: PeerSession): readonly Uint8Array[] {
    if (session.rates.pool.tryTake(0)) return this.handlers.readPool();
    this.offence(session.id, "N2.poolRate", PENALTY.syncOverload, "asked for the pool again at once");
    return [];
  }

  /** Malformed bytes are the peer's fault; anything else is a stream that ended, or a host that could not answer. */
  private failStream(stream: Stream, connection: Connection, thrown: unknown): void {
    const peer = connection.remotePeer.toString();
    const error = asError(thrown);
    stream.abort(error);
    if (this.misbehaved(peer, error)) return;
    const level = error instanceof NetworkError ? "warn" : "debug";
    this.options.log[level]({ peer, protocol: stream.protocol, reason: error.message }, "p2p stream ended");
  }

  /** @returns false when `error` does not speak of the peer's bytes. */
  misbehaved(peer: string, error: unknown): boolean {
    if (!isMalformed(error)) return false;
    // Without indices, so that the rules are few enough to count.
    const field = error.type.field.replace(/\[\d+\]/g, "");
    this.offence(peer, `N2.${field}`, PENALTY.malformed, error.message);
    return true;
  }

  /** A rule broken that the network itself saw: penalised and counted. */
  offence(peer: string, rule: string, points: number, detail: string): void {
    this.penalise(peer, rule, points, detail);
    this.refused(rule);
  }

  /** A handler that throws is a fault of the host: it surfaces there and is not taken for the peer's. */
  private tell(call: () => void): void {
    try {
      call();
    } catch (error) {
      this.surface(error);
    }
  }

  private surface(error: unknown): void {
    queueMicrotask(() => {
      throw error;
    });
  }

  private raiseHeight(peer: string, height: number): void {
    const session = this.table.get(peer);
    if (session !== undefined && height > session.height) session.height = height;
  }

  private frameBytesMax(): number {
    return consensusFrameBytesMax(this.options.maxBlockBytes, this.options.validatorCount());
  }

  private describe({ id, validator, height }: PeerSession): Peer {
    return { id, validator, height, score: this.scores.score(id) };
  }
}
