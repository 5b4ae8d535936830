import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { type Access, type Refusal, refusalOf } from "../http/access.js";
import { clientOf } from "../http/clientOf.js";
import { type ConnectionLimit, rawRefusal } from "../http/connectionLimit.js";
import { isAllowedOrigin } from "../http/originCheck.js";
import { limitText } from "../limitFlags.js";
import { corked } from "../server/corked.js";
import { type ConnectionServices, RpcConnection } from "../server/rpcConnection.js";
import type { Holding } from "../server/sharedBound.js";
import type { Listener } from "./subscriptionHub.js";

export interface WsServerOptions extends Access, ConnectionServices {
  readonly connections: ConnectionLimit;
  /** Told of each websocket; returns what is called when it has closed. */
  readonly onConnection: (connection: Listener) => () => void;
}

/** RFC 6455 close codes. */
const GOING_AWAY = 1001;
const TOO_BIG = 1009;
const TRY_AGAIN_LATER = 1013;
/** A close frame has room for 123 bytes. */
const TOO_MUCH = "too many request bytes in flight (rpc.limits.incomingBytesTotalMax)";
/** Head and mask of a client's control frame. */
const CONTROL_FRAME_BYTES = 6;
/** Pieces that one message may arrive in: each costs memory of its own. */
const FRAGMENTS_MAX = 1_024;
const CHUNKS_MAX = 16_384;

/** What tells whether a websocket's peer is there. */
interface Liveness {
  answeredPing: boolean;
  /** Nothing is read: an answer to a ping would lie behind the requests that have to wait. */
  paused: boolean;
}

/** Accepts websockets on the HTTP port and keeps them alive. */
export class WsServer {
  private readonly server: WebSocketServer;
  private readonly sockets = new Map<WebSocket, Liveness>();
  private readonly pings: NodeJS.Timeout;

  constructor(private readonly options: WsServerOptions) {
    const { limits } = options;
    const tooBig = `message too big: ${limitText(limits, "bodyBytesMax")}`;
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.bodyBytesMax,
      maxFragments: FRAGMENTS_MAX,
      maxBufferedChunks: CHUNKS_MAX,
      // The library closes with a code alone; the client should also see which limit it was (X10).
      WebSocket: class extends WebSocket {
        override close(code?: number, reason?: string | Buffer): void {
          super.close(code, reason ?? (code === TOO_BIG ? tooBig : undefined));
        }
      },
    });
    this.pings = setInterval(() => this.pingAll(), limits.pingIntervalMs);
  }

  /** Handler of node:http's "upgrade". */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.refusal(request);
    if (refusal !== null) {
      socket.end(rawRefusal(refusal.status, refusal.message), () => socket.destroy());
      return;
    }
    this.server.handleUpgrade(request, socket, head, (webSocket) => this.accept(webSocket, socket));
  }

  private refusal(request: IncomingMessage): Refusal | null {
    const { origins, connections } = this.options;
    const { origin } = request.headers;
    if (connections.isSurplus(request.socket)) return { status: 503, message: connections.message };
    const refusal = refusalOf(request, this.options);
    if (refusal !== null) return refusal;
    // CORS does not bind websockets: any page may open one, so its origin is checked here.
    if (origin !== undefined && !isAllowedOrigin(origin, origins)) {
      return { status: 403, message: `origin ${origin.slice(0, 200)} is not allowed (--rpc-cors)` };
    }
    return null;
  }

  private accept(socket: WebSocket, stream: Duplex): void {
    const liveness = { answeredPing: true, paused: false };
    this.sockets.set(socket, liveness);
    const connection = new RpcConnection(
      {
        send: (text, last, sent) => socket.send(text, { fin: last }, sent),
        together: (sendAll) => corked(stream, sendAll),
        pause: () => {
          liveness.paused = true;
          socket.pause();
        },
        resume: () => {
          liveness.paused = false;
          // It had no chance to answer the last one.
          liveness.answeredPing = true;
          socket.resume();
        },
        terminate: () => socket.terminate(),
      },
      this.options,
      clientOf(stream),
    );
    const leave = this.options.onConnection(connection);
    const held = this.holdUnfinished(socket, stream);
    socket.on("message", (data) => {
      held.release();
      void connection.receive(data.toString());
    });
    socket.on("pong", () => {
      liveness.answeredPing = true;
    });
    socket.on("error", (error) => this.options.log.debug({ error: error.message }, "websocket failed"));
    socket.once("close", () => {
      connection.end();
      held.release();
      leave();
      this.sockets.delete(socket);
    });
  }

  /** Count what has come since the last whole message: the library keeps it without telling. */
  private holdUnfinished(socket: WebSocket, stream: Duplex): Holding {
    const { incoming } = this.options;
    const held = incoming.open();
    // Before the library, which tells of the messages that a chunk completes.
    stream.prependListener("data", (chunk: Buffer) => {
      if (held.take(chunk.length) || socket.readyState !== socket.OPEN) return;
      socket.close(TRY_AGAIN_LATER, TOO_MUCH);
      setImmediate(() => socket.terminate());
    });
    // These come between the fragments of a message, too, and are not kept.
    for (const event of ["ping", "pong"] as const) {
      socket.on(event, (data) => held.give(data.length + CONTROL_FRAME_BYTES));
    }
    return held;
  }

  /**
   * Drop every peer that did not answer the last ping, ping the others again. Who has as much in work as it may is
   * neither pinged nor judged: requests end in time, so one that is dead is dropped after its last.
   */
  private pingAll(): void {
    for (const [socket, liveness] of this.sockets) {
      if (liveness.paused) continue;
      if (liveness.answeredPing) socket.ping();
      else socket.terminate();
      liveness.answeredPing = false;
    }
  }

  /** Say goodbye, then cut whoever did not leave. */
  close(): void {
    clearInterval(this.pings);
    for (const socket of this.sockets.keys()) socket.close(GOING_AWAY, "node is shutting down");
    setImmediate(() => {
      for (const socket of this.sockets.keys()) socket.terminate();
    });
    this.server.close();
  }
}
