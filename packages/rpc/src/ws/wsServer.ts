import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { isAllowedHost } from "../http/hostCheck.js";
import { isAllowedOrigin } from "../http/originCheck.js";
import type { RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import type { SubscriptionHub } from "./subscriptionHub.js";
import { type AnswerMessage, WsConnection } from "./wsConnection.js";

export interface WsServerOptions {
  readonly answer: AnswerMessage;
  readonly hub: SubscriptionHub;
  readonly limits: RpcLimits;
  readonly hosts: readonly string[];
  readonly origins: readonly string[];
  readonly log: RpcLog;
}

/** HTTP answer to an upgrade that is not granted. */
interface Refusal {
  readonly status: number;
  readonly message: string;
}

/** RFC 6455 close code of a server that goes away. */
const GOING_AWAY = 1001;

/** Accepts websockets on the HTTP port and keeps them alive. */
export class WsServer {
  private readonly server: WebSocketServer;
  private readonly connections = new Set<WsConnection>();
  private readonly pings: NodeJS.Timeout;

  constructor(private readonly options: WsServerOptions) {
    this.server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: options.limits.bodyBytesMax,
    });
    this.pings = setInterval(() => {
      for (const connection of this.connections) connection.checkAlive();
    }, options.limits.pingIntervalMs);
  }

  /** Handler of node:http's "upgrade". */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const refusal = this.refusal(request);
    if (refusal === null) this.accept(request, socket, head);
    else refuse(socket, refusal.status, refusal.message);
  }

  private refusal({ headers }: IncomingMessage): Refusal | null {
    const { hosts, origins, limits } = this.options;
    const { origin, host } = headers;
    if (!isAllowedHost(host, hosts)) return { status: 403, message: "invalid host specified" };
    // CORS does not bind websockets: any page may open one, so its origin is checked here.
    if (origin !== undefined && !isAllowedOrigin(origin, origins)) {
      return { status: 403, message: `origin ${origin.slice(0, 200)} is not allowed` };
    }
    if (this.connections.size >= limits.connectionsMax) {
      return { status: 503, message: `too many websockets, the limit is ${limits.connectionsMax}` };
    }
    return null;
  }

  private accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { limits } = this.options;
    this.server.handleUpgrade(request, socket, head, (webSocket) => {
      const connection = new WsConnection(webSocket, this.options.answer, limits, this.options.log);
      const leaveHub = this.options.hub.add(connection);
      this.connections.add(connection);
      webSocket.once("close", () => {
        leaveHub();
        this.connections.delete(connection);
      });
    });
  }

  /** Say goodbye, then cut whoever did not leave. */
  close(): void {
    clearInterval(this.pings);
    for (const connection of this.connections) connection.close(GOING_AWAY, "node is shutting down");
    setImmediate(() => {
      for (const connection of this.connections) connection.terminate();
    });
    this.server.close();
  }
}

function refuse(socket: Duplex, status: number, message: string): void {
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(message)}\r\n\r\n${message}`,
  );
}
