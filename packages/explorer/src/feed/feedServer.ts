import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Logger } from "pino";
import { type WebSocket, WebSocketServer, WebSocket as WsSocket } from "ws";
import { FEED_TIMINGS, FeedConnection } from "./feedConnection.js";
import { CLOSE_CODES, FEED_LIMITS, FEED_PATH, FEED_SUBPROTOCOL } from "./feedProtocol.js";
import type { FeedSource } from "./feedSource.js";

export interface FeedServerOptions {
  readonly source: FeedSource;
  readonly log: Logger;
  /** Origins of other sites whose pages may connect, as browsers write them. The own site always may. */
  readonly allowedOrigins: readonly string[];
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
}

const PING_MS = 20_000;
const MISSED_PINGS_MAX = 2;
/** After a close frame, how long a peer may take to answer it. */
const CLOSE_GRACE_MS = 2_000;

/** Words for the codes that ws itself closes with, so that none comes bare. */
const REASONS: Readonly<Record<number, string>> = {
  1002: "websocket protocol error",
  1003: "unsupported data",
  1007: "text frame is not UTF-8",
  1009: `frame over ${FEED_LIMITS.maxInboundBytes} bytes`,
};

class ReasonedSocket extends WsSocket {
  override close(code?: number, reason?: string | Buffer): void {
    super.close(code, reason ?? (code === undefined ? undefined : REASONS[code]));
  }
}

/** The websocket end of the feed, on the upgrade requests of an HTTP server. */
export class FeedServer {
  readonly #options: FeedServerOptions;
  readonly #sockets: WebSocketServer;
  readonly #connections = new Map<WebSocket, FeedConnection>();
  readonly #perAddress = new Map<string, number>();
  readonly #pinger: NodeJS.Timeout;
  readonly #missedPings = new WeakMap<WebSocket, number>();

  constructor(options: FeedServerOptions) {
    this.#options = options;
    this.#sockets = new WebSocketServer({
      noServer: true,
      maxPayload: FEED_LIMITS.maxInboundBytes,
      perMessageDeflate: false,
      WebSocket: ReasonedSocket,
      handleProtocols: (offered) => (offered.has(FEED_SUBPROTOCOL) ? FEED_SUBPROTOCOL : false),
    });
    this.#pinger = setInterval(() => this.#ping(), PING_MS);
  }

  get connections(): number {
    return this.#connections.size;
  }

  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Say goodbye to everybody. */
  async close(): Promise<void> {
    clearInterval(this.#pinger);
    const sockets = [...this.#connections.keys()];
    for (const connection of this.#connections.values())
      connection.bye("shutdown", "the explorer is stopping");
    await Promise.all(sockets.map(closed));
    this.#sockets.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const path = (request.url ?? "").split("?", 1)[0];
    if (path !== FEED_PATH) {
      reject(socket, "404 Not Found", `no websocket at this path; the feed is at ${FEED_PATH}`);
      return;
    }
    if (!this.#mayConnect(request)) {
      reject(socket, "403 Forbidden", `origin ${request.headers.origin} may not use this feed`);
      return;
    }
    this.#sockets.handleUpgrade(request, socket, head, (websocket) =>
      this.#accept(websocket, request.socket.remoteAddress ?? "unknown"),
    );
  }

  /** Pages of other sites would make their visitors' browsers hold connections here. Programs send no Origin. */
  #mayConnect(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    if (origin === undefined) return true;
    return URL.canParse(origin) && new URL(origin).host === host
      ? true
      : this.#options.allowedOrigins.includes(origin);
  }

  #accept(websocket: WebSocket, address: string): void {
    const fromAddress = this.#perAddress.get(address) ?? 0;
    const full = this.#connections.size >= this.#options.maxConnections;
    if (full || fromAddress >= this.#options.maxConnectionsPerAddress) {
      const message = full ? "too many connections" : "too many connections from this address";
      websocket.on("error", () => websocket.terminate());
      websocket.send(JSON.stringify({ t: "bye", code: "limit", message }));
      websocket.close(CLOSE_CODES.limit, message);
      return;
    }
    const { source, log } = this.#options;
    const connection = new FeedConnection(websocket, source, FEED_TIMINGS, (err) =>
      log.error({ err }, "the index cannot be read"),
    );
    this.#connections.set(websocket, connection);
    this.#perAddress.set(address, fromAddress + 1);
    websocket.on("pong", () => this.#missedPings.set(websocket, 0));
    websocket.once("close", () => this.#forget(websocket, address));
    connection.serve().then(
      () => cutLater(websocket),
      (error: unknown) => {
        this.#options.log.error({ err: error }, "feed connection failed");
        websocket.close(1011, "internal error");
        cutLater(websocket);
      },
    );
  }

  #forget(websocket: WebSocket, address: string): void {
    this.#connections.delete(websocket);
    const left = (this.#perAddress.get(address) ?? 1) - 1;
    if (left === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, left);
  }

  #ping(): void {
    for (const websocket of this.#connections.keys()) {
      const missed = this.#missedPings.get(websocket) ?? 0;
      if (missed >= MISSED_PINGS_MAX) {
        websocket.terminate();
        continue;
      }
      this.#missedPings.set(websocket, missed + 1);
      websocket.ping();
    }
  }
}

function reject(socket: Duplex, status: string, message: string): void {
  const body = `${message}\n`;
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

/** ws waits 30 s for the answer to a close frame; a peer that does not read would be held that long. */
function cutLater(websocket: WebSocket): void {
  if (websocket.readyState === websocket.CLOSED) return;
  const timer = setTimeout(() => websocket.terminate(), CLOSE_GRACE_MS);
  websocket.once("close", () => clearTimeout(timer));
}

function closed(websocket: WebSocket): Promise<void> {
  if (websocket.readyState === websocket.CLOSED) return Promise.resolve();
  return new Promise((resolve) => websocket.once("close", () => resolve()));
}
