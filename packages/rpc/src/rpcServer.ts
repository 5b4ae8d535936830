import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ChainReader } from "@causeway/chain/chainReader";
import { CausewayError } from "@causeway/protocol/errors";
import { CallSlots } from "./callSlots.js";
import type { RpcServices } from "./context.js";
import { Dispatcher, type ObserveCall } from "./dispatcher.js";
import { FilterStore } from "./filterStore.js";
import { httpHandler } from "./http/httpHandler.js";
import { DEFAULT_LIMITS, type RpcLimits } from "./limits.js";
import type { RpcLog } from "./log.js";
import { METHOD_TABLE } from "./methodTable.js";
import type { PoolPort } from "./poolPort.js";
import type { StatusPort } from "./statusPort.js";
import { TipOracle } from "./tipOracle.js";
import { SubscriptionHub } from "./ws/subscriptionHub.js";
import { WsServer } from "./ws/wsServer.js";

export interface RpcServerOptions {
  /** Address to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly reader: ChainReader;
  readonly pool: PoolPort;
  readonly status: StatusPort;
  readonly log: RpcLog;
  /** Replaces single defaults. */
  readonly limits?: Partial<RpcLimits>;
  /** Host names besides localhost and plain addresses; "*" allows any. */
  readonly hosts?: readonly string[];
  /** Browser origins besides those on this machine; "*" allows any. */
  readonly origins?: readonly string[];
  readonly observe?: ObserveCall;
}

export interface RpcServer {
  /** e.g. http://127.0.0.1:8645; the websocket is at the same place. */
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export type RpcServerError = CausewayError<{
  code: "ListenFailed";
  host: string;
  port: number;
  reason: string;
}>;

/** Milliseconds a client has to send its headers, and its whole request. */
const HEADERS_MS_MAX = 10_000;
const REQUEST_MS_MAX = 30_000;
/** Milliseconds an idle HTTP connection is kept. */
const KEEP_ALIVE_MS = 120_000;

/**
 * Serve JSON-RPC over HTTP and websocket on one port.
 * @throws {RpcServerError} when the port cannot be had.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host, reader, pool, status, log, hosts = [], origins = [] } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const filters = new FilterStore(pool, limits);
  const hub = new SubscriptionHub(reader, pool, status, log);
  const services: RpcServices = {
    reader,
    pool,
    status,
    limits,
    filters,
    callSlots: new CallSlots(limits.concurrentCallsMax),
    tips: new TipOracle(reader, status),
  };
  const dispatcher = new Dispatcher(METHOD_TABLE, services, log, options.observe ?? (() => undefined));
  const access = { limits, hosts, origins };
  const webSockets = new WsServer({ ...access, answer: dispatcher.handle.bind(dispatcher), hub, log });
  const server = createServer(
    httpHandler({ ...access, answer: (text, signal) => dispatcher.handle(text, null, signal), status }),
  );
  server.headersTimeout = HEADERS_MS_MAX;
  server.requestTimeout = REQUEST_MS_MAX;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // Websockets have their own bound and a clear answer beyond it; this one keeps plain connections finite.
  server.maxConnections = 2 * limits.connectionsMax;
  server.on("upgrade", (request, socket, head) => webSockets.upgrade(request, socket, head));

  const stopServing = () => {
    webSockets.close();
    hub.close();
    filters.close();
  };
  const port = await listen(server, host, options.port).catch((error: unknown) => {
    stopServing();
    throw error;
  });
  // E.g. out of file descriptors: connections are lost, the node is not.
  server.on("error", (error) => log.warn({ error: error.message }, "rpc server"));
  log.info({ host, port }, "rpc listening");
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    port,
    close: async () => {
      stopServing();
      await closeServer(server);
    },
  };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason = cause.code === "EADDRINUSE" ? "the port is taken" : cause.message;
      reject(
        new CausewayError(
          { code: "ListenFailed", host, port, reason },
          `rpc: cannot listen on ${host} port ${port}: ${reason}`,
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
