import type { ChainReader } from "@causeway/chain/chainReader";
import { CallSlots } from "../calls/callSlots.js";
import type { RpcServices } from "../context.js";
import { TipOracle } from "../fees/tipOracle.js";
import { FilterStore } from "../filters/filterStore.js";
import { health } from "../http/health.js";
import { type ListenError, openHttpPort } from "../http/httpPort.js";
import type { IpcError } from "../ipc/ipcError.js";
import { openIpcSocket } from "../ipc/ipcSocket.js";
import { DEFAULT_LIMITS, type RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import { METHOD_TABLE } from "../methodTable.js";
import type { PoolPort } from "../poolPort.js";
import type { StatusPort } from "../statusPort.js";
import { NoticeLog } from "../ws/noticeLog.js";
import { type Listener, SubscriptionHub } from "../ws/subscriptionHub.js";
import { Dispatcher, type ObserveCall } from "./dispatcher.js";
import { IncomingBytes } from "./incomingBytes.js";
import { OutgoingBytes } from "./outgoingBytes.js";
import { SharedBound } from "./sharedBound.js";

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
  /** Browser origins; "localhost" stands for the pages of this machine, "*" allows any, and by default none may. */
  readonly origins?: readonly string[];
  /** Unix socket to serve on as well; null or left out for none. */
  readonly ipcPath?: string | null | undefined;
  readonly observe?: ObserveCall;
}

export interface RpcServer {
  /** e.g. http://127.0.0.1:8645; the websocket is at the same place. */
  readonly url: string;
  readonly port: number;
  readonly ipcPath: string | null;
  close(): Promise<void>;
}

export type RpcServerError = ListenError | IpcError;

/**
 * Serve JSON-RPC over HTTP and websocket on one port, and over a Unix socket.
 * @throws {RpcServerError} when port or path cannot be had.
 */
export async function startRpcServer(options: RpcServerOptions): Promise<RpcServer> {
  const { host, port, reader, pool, status, log, hosts = [], origins = [], ipcPath = null } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const filters = new FilterStore(pool, limits);
  const notices = new NoticeLog();
  const hub = new SubscriptionHub(notices, reader, pool, status, log);
  const services: RpcServices = {
    reader,
    pool,
    status,
    limits,
    filters,
    callSlots: new CallSlots(limits.concurrentCallsMax),
    traceSlots: new CallSlots(limits.concurrentTracesMax),
    tips: new TipOracle(reader, status),
  };
  const dispatcher = new Dispatcher(METHOD_TABLE, services, log, options.observe ?? (() => undefined));
  const outgoing = new OutgoingBytes(limits.bufferedBytesTotalMax, (totalBytes, clientBytes) =>
    log.warn({ totalBytes, clientBytes }, "rpc clients read too slowly: the slowest is disconnected"),
  );
  const connections = {
    answer: dispatcher.handle.bind(dispatcher),
    ...{ limits, outgoing, notices, log },
    incoming: new IncomingBytes(limits.incomingBytesTotalMax),
    watched: new SharedBound(limits.watchedTotalMax),
    onConnection: (connection: Listener) => hub.add(connection),
  };
  const stopListening = () => {
    hub.close();
    filters.close();
  };
  const ports: { close(): Promise<void> }[] = [];
  try {
    const http = await openHttpPort({
      name: "rpc",
      ...{ host, port, hosts, origins, ...connections },
      health: (path) => health(path, status),
    });
    ports.push(http);
    if (ipcPath !== null) ports.push(await openIpcSocket({ path: ipcPath, ...connections }));
    return {
      url: http.url,
      port: http.port,
      ipcPath,
      close: async () => {
        stopListening();
        await Promise.all(ports.map((open) => open.close()));
      },
    };
  } catch (error) {
    stopListening();
    await Promise.all(ports.map((open) => open.close()));
    throw error;
  }
}
