import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CausewayError } from "@causeway/protocol/errors";
import { STALLED_MS_MAX } from "../limits.js";
import type { ConnectionServices } from "../server/rpcConnection.js";
import type { Listener } from "../ws/subscriptionHub.js";
import { WsServer } from "../ws/wsServer.js";
import type { Access } from "./access.js";
import { ConnectionLimit } from "./connectionLimit.js";
import { HttpHandler, type HttpHandlerOptions } from "./httpHandler.js";
import { listenFault } from "./listenFault.js";
import { asksForWebSocket, serveWithoutUpgrade } from "./withoutUpgrade.js";

export interface HttpPortOptions extends Access, ConnectionServices {
  /** Which port it is, in log lines and errors: "rpc" or "admin". */
  readonly name: string;
  /** Address to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly health: HttpHandlerOptions["health"];
  /** Told of each websocket; returns what is called when it has closed. */
  readonly onConnection: (connection: Listener) => () => void;
}

export interface HttpPort {
  /** e.g. http://127.0.0.1:8645; the websocket is at the same place. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export type ListenError = CausewayError<{
  code: "ListenFailed";
  host: string;
  port: number;
  fault: "host" | "port";
  reason: string;
}>;

/** Milliseconds a client has to send its headers, and its whole request. */
const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
/** Milliseconds between two looks at the two above. */
const TIMEOUT_CHECK_MS = 5_000;
/** Milliseconds an idle HTTP connection is kept. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Serve JSON-RPC over HTTP and websocket on one port.
 * @throws {ListenError} when the port cannot be had.
 */
export async function openHttpPort(options: HttpPortOptions): Promise<HttpPort> {
  const { name, host, limits, log } = options;
  const connections = new ConnectionLimit(limits);
  const webSockets = new WsServer({ ...options, connections });
  const handler = new HttpHandler({ ...options, connections });
  const server = createServer({ connectionsCheckingInterval: TIMEOUT_CHECK_MS }, handler.handle);
  server.headersTimeout = HEADERS_MS_MAX;
  server.requestTimeout = REQUEST_MS_MAX;
  // The size of all headers is bounded; a request that is read twice needs each.
  server.maxHeadersCount = 0;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.timeout = limits.requestMsMax + STALLED_MS_MAX;
  connections.watch(server);
  server.on("checkContinue", handler.handleExpectant);
  server.on("upgrade", (request, socket, head) => {
    if (asksForWebSocket(request)) return webSockets.upgrade(request, socket, head);
    handler.afterAnswers(request.socket, () => serveWithoutUpgrade(server, request, socket, head));
  });
  const port = await listen(server, options).catch((error: unknown) => {
    webSockets.close();
    throw error;
  });
  // E.g. out of file descriptors: connections are lost, the node is not.
  server.on("error", (error) => log.warn({ error: error.message }, `${name} server`));
  log.info({ host, port }, `${name} listening`);
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: async () => {
      webSockets.close();
      await closeServer(server);
    },
  };
}

function listen(server: Server, { name, host, port }: HttpPortOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
      reject(
        new CausewayError(
          { code: "ListenFailed", host, port, fault: listenFault(cause.code), reason },
          `${name}: cannot listen on ${host} port ${port}: ${reason}`,
          { cause },
        ),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
