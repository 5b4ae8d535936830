import { setTimeout as delay } from "node:timers/promises";
import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { decodeDecided } from "@causeway/protocol/wire/certifiedBlockCodec";
import { isConsensusCode } from "@causeway/protocol/wire/consensusMessageCodec";
import { decodeHave } from "@causeway/protocol/wire/haveCodec";
import { WIRE_CODE } from "@causeway/protocol/wire/wireCode";
import type { Connection, Stream } from "@libp2p/interface";
import { asError } from "./asError.js";
import { FrameReader } from "./frameReader.js";
import type { Handshakes } from "./handshakes.js";
import { tellHost } from "./hostCalls.js";
import { PENALTY, SYNC_TIMEOUT_MS } from "./limits.js";
import type { MessageDecoder } from "./messageDecoder.js";
import { NetworkError } from "./networkError.js";
import type { NetworkHandlers, NetworkOptions } from "./networkPort.js";
import type { PeerConduct } from "./peerConduct.js";
import type { PeerSession } from "./peerSession.js";
import type { PeerTable } from "./peerTable.js";
import type { Relays } from "./relays.js";
import { serveSync } from "./syncServer.js";

export interface InboundStreamsParts {
  readonly options: Pick<NetworkOptions, "maxBlockBytes" | "log">;
  readonly handlers: NetworkHandlers;
  readonly handshakes: Handshakes;
  readonly table: PeerTable;
  readonly conduct: PeerConduct;
  readonly decoder: MessageDecoder;
  readonly relays: Relays<ConsensusMessage>;
  /** Of the largest consensus message. */
  frameBytesMax(): number;
}

/** What peers send over direct streams, consensus messages and sync requests: bounded, decoded, at each peer's rate (N2). */
export class InboundStreams {
  constructor(private readonly parts: InboundStreamsParts) {}

  async onConsensus(stream: Stream, connection: Connection): Promise<void> {
    try {
      // A stranger may not make us read large frames.
      stream.pause();
      const session = await this.parts.handshakes.session(connection);
      const reader = new FrameReader(stream, () => this.parts.frameBytesMax());
      for (;;) {
        const bytes = await reader.next(session.signal);
        if (bytes === null) break;
        const recoveries = this.deliver(session, bytes);
        const waitMs = session.rates.consensus.take(bytes.length, Math.max(1, recoveries));
        if (waitMs > 0) await delay(waitMs, undefined, { signal: session.signal });
      }
    } catch (error) {
      this.fail(stream, connection, error);
    }
  }

  async onSync(stream: Stream, connection: Connection): Promise<void> {
    const { handlers, handshakes, conduct, options } = this.parts;
    try {
      const session = await handshakes.session(connection);
      if (!session.rates.sync.tryTake(0)) {
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
      const served = { ...handlers, readPool: () => this.readPool(session) };
      await serveSync(stream, served, options.maxBlockBytes, signal);
    } catch (error) {
      this.fail(stream, connection, error);
    }
  }

  /** @returns how many signers had to be recovered. */
  private deliver({ id }: PeerSession, bytes: Uint8Array): number {
    const { decoder, relays, handlers, table } = this.parts;
    if (isConsensusCode(bytes[0])) {
      const { message, recoveries } = decoder.decode(bytes);
      relays.received(id, message);
      tellHost(() => handlers.onConsensusMessage(id, message));
      return recoveries;
    }
    if (bytes[0] === WIRE_CODE.have) {
      relays.announced(id, decodeHave(bytes));
      return 0;
    }
    const decided = decodeDecided(bytes);
    table.raiseHeight(id, decided.block.height);
    tellHost(() => handlers.onDecided(id, decided));
    return 0;
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
    const level = error instanceof NetworkError ? "warn" : "debug";
    this.parts.options.log[level](
      { peer, protocol: stream.protocol, reason: error.message },
      "p2p stream ended",
    );
  }
}
