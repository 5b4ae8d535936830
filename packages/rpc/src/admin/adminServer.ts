import type { ChainReader } from "@causeway/chain/chainReader";
import { type HttpPort, openHttpPort } from "../http/httpPort.js";
import { DEFAULT_LIMITS, type RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import { Dispatcher } from "../server/dispatcher.js";
import { IncomingBytes } from "../server/incomingBytes.js";
import { OutgoingBytes } from "../server/outgoingBytes.js";
import { SharedBound } from "../server/sharedBound.js";
import { NoticeLog } from "../ws/noticeLog.js";
import type { AdminServices } from "./adminMethod.js";
import { ADMIN_METHODS } from "./adminMethods.js";
import type { AdminPort } from "./adminPort.js";
import { authorizeWith } from "./authorize.js";

export interface AdminServerOptions {
  /** Address to listen on, e.g. 127.0.0.1. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** 32 bytes that tokens are signed with. */
  readonly secret: Uint8Array;
  readonly admin: AdminPort;
  readonly reader: ChainReader;
  /** Those of the public server. */
  readonly limits?: Partial<RpcLimits>;
  readonly log: RpcLog;
}

/**
 * Serve the methods that change a node or tell of its inside, over HTTP and websocket, to whoever signs tokens with the
 * secret.
 * @throws ListenError when the port cannot be had.
 */
export function startAdminServer(options: AdminServerOptions): Promise<HttpPort> {
  const { host, port, secret, admin, reader, log } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const services: AdminServices = { admin, reader, limits };
  const dispatcher = new Dispatcher(ADMIN_METHODS, services, log, () => undefined);
  return openHttpPort({
    name: "admin",
    ...{ host, port, limits, log },
    ...{ hosts: [], origins: [], authorize: authorizeWith(secret) },
    answer: dispatcher.handle.bind(dispatcher),
    incoming: new IncomingBytes(limits.incomingBytesTotalMax),
    watched: new SharedBound(limits.watchedTotalMax),
    outgoing: new OutgoingBytes(limits.bufferedBytesTotalMax, (totalBytes) =>
      log.warn({ totalBytes }, "admin clients read too slowly: the slowest is disconnected"),
    ),
    notices: new NoticeLog(),
    health: async () => null,
    onConnection: () => () => {},
  });
}
