import { setTimeout as delay } from "node:timers/promises";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { decodeDecided } from "@causeway/protocol/wire/certifiedBlockCodec";
import { isConsensusCode } from "@causeway/protocol/wire/consensusMessageCodec";
import { decodeHave } from "@causeway/protocol/wire/haveCodec";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import type { Connection, Stream } from "@libp2p/interface";
import { asError } from "../asError.js";
import type { Handshakes } from "../connections/handshakes.js";
import { ConsensusPace } from "../consensus/consensusPace.js";
import type { MessageDecoder } from "../consensus/messageDecoder.js";
import type { Relays } from "../consensus/relays.js";
import { tellHost } from "../hostCalls.js";
import { PENALTY, SYNC_TIMEOUT_MS } from "../limits.js";
import { NetworkError } from "../networkError.js";
import type { NetworkHandlers, NetworkOptions } from "../networkPort.js";
import type { PeerConduct } from "../peers/peerConduct.js";
import type { PeerSession } from "../peers/peerSession.js";
import type { PeerTable } from "../peers/peerTable.js";
import { decidedCost, haveCost, messageCost } from "../rates/cost.js";
import type { StrangersShare } from "../rates/strangersShare.js";
import { ServedPace } from "../sync/servedPace.js";
import { type SyncHandlers, serveSync } from "../sync/syncServer.js";
import { FrameReader } from "./frameReader.js";

export interface InboundStreamsParts {
  readonly options: Pick<NetworkOptions, "maxBlockBytes" | "log">;
  readonly handlers: NetworkHandlers;
  readonly handshakes: Handshakes;
  readonly table: PeerTable;
  readonly conduct: PeerConduct;
  readonly decoder: MessageDecoder;
  readonly relays: Relays<ConsensusMessage>;
  readonly strangers: StrangersShare;
  isStranger(session: PeerSession): boolean;
  /** Of the largest consensus message. */
  readonly frameBytesMax: number;
  /** Monotonic milliseconds. */
  now(): number;
}

/** What peers send over direct streams, consensus messages and sync requests: bounded, decoded, at each peer's rate (N2). */
export class InboundStreams {
  private readonly consensusPace: ConsensusPace;
  private readonly servedPace: ServedPace;

  constructor(private readonly parts: InboundStreamsParts) {
    const { conduct, now, isStranger, strangers } = parts;
    const wait = (ms: number, signal: AbortSignal) => delay(ms, undefined, { signal });
    this.consensusPace = new ConsensusPace({
      ...{ now, wait },
      shareOf: (session) => (isStranger(session) ? strangers.consensus : null),
      offence: (...offence) => conduct.offence(...offence),
    });
    this.servedPace = new ServedPace({
      wait,
      shareOf: (session) => (isStranger(session) ? strangers.served : null),
    });
  }

  async onConsensus(stream: Stream, connection: Connection): Promise<void> {
    try {
      // A stranger may not make us read large frames.
      stream.pause();
      const session = await this.parts.handshakes.session(connection);
      const reader = new FrameReader(stream, this.parts.frameBytesMax);
      for (;;) {
        const bytes = await reader.next(session.signal);
        if (bytes === null) break;
        await this.consensusPace.pass(session, bytes, () => this.deliver(session, bytes));
      }
    } catch (error) {
      this.fail(stream, connection, error);
    }
  }

  async onSync(stream: Stream, connection: Connection): Promise<void> {
    const { handshakes, conduct, options, isStranger } = this.parts;
    try {
      const session = await handshakes.session(connection);
      const { sync, strangerSync } = session.rates;
      if (!(isStranger(session) ? strangerSync : sync).tryTake(0)) {
        conduct.offence(
          session.id,
          "N2.syncRate",
          PENALTY.syncOverload,
          "more requests than the rate allows",
        );
        stream.abort(new Error("too many sync requests"));
        return;
      }
      const signal = AbortSignal.any([session.signal, AbortSignal.timeout(SYNC_TIMEOUT_MS)]);
      await serveSync(stream, this.readers(session), options.maxBlockBytes, signal);
    } catch (error) {
      this.fail(stream, connection, error);
    }
  }

  /** What a peer may read, at its pace. */
  private readers(session: PeerSession): SyncHandlers {
    const { handlers } = this.parts;
    const pace = this.servedPace;
    return {
      readBlocks: (from, count) =>
        pace.serve(
          session,
          count,
          () => handlers.readBlocks(from, count),
          (blocks) => blocks.map(({ block }) => block),
        ),
      readBlock: (hash) =>
        pace.serve(
          session,
          1,
          () => handlers.readBlock(hash),
          (block) => (block === null ? [] : [block]),
        ),
      readPool: () => this.readPool(session),
    };
  }

  /** @returns what it cost. */
  private deliver({ id }: PeerSession, bytes: Uint8Array): number {
    const { decoder, relays, handlers, table } = this.parts;
    if (isConsensusCode(bytes[0])) {
      const { message, recoveries } = decoder.decode(bytes);
      relays.received(id, message);
      tellHost(() => handlers.onConsensusMessage(id, message));
      return messageCost(message, recoveries);
    }
    if (bytes[0] === WIRE_CODE.have) {
      const have = decodeHave(bytes);
      relays.announced(id, have);
      return haveCost(have);
    }
    const decided = decodeDecided(bytes);
    table.raiseHeight(id, decided.block.height);
    tellHost(() => handlers.onDecided(id, decided));
    return decidedCost(decided);
  }

  private readPool(session: PeerSession): readonly Uint8Array[] {
    const { handlers, conduct } = this.parts;
    if (session.rates.pool.tryTake(0)) return handlers.readPool();
    conduct.offence(session.id, "N2.poolRate", PENALTY.syncOverload, "asked for the pool again at once");
    return [];
  }

  /** Malformed bytes are the peer's fault; anything else is a stream that ended, or a host that could not answer. */
  private fail(stream: Stream, connection: Connection, thrown: unknown): void {
    const peer = connection.remotePeer.toString();
    const error = asError(thrown);
    stream.abort(error);
    if (this.parts.conduct.misbehaved(peer, error)) return;
    const code = error instanceof NetworkError ? error.code : null;
    if (code === "Overloaded") this.parts.conduct.refused("N2.served");
    const level = code === "HostFailed" ? "warn" : "debug";
    this.parts.options.log[level](
      { peer, protocol: stream.protocol, reason: error.message },
      "p2p stream ended",
    );
  }
}
