import type { Server } from "node:http";
import type { Socket } from "node:net";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";

/**
 * Bounds the open connections of a port. As many again are taken only to be refused in answer to their first request;
 * those beyond get the refusal before they ask, and are closed at once.
 */
export class ConnectionLimit {
  private readonly admitted = new Set<Socket>();
  private readonly surplus = new Set<Socket>();
  /** For people: which limit, and its flag. */
  readonly message: string;
  private readonly connectionsMax: number;

  constructor(limits: RpcLimits) {
    this.connectionsMax = limits.connectionsMax;
    this.message = `too many connections, ${limitText(limits, "connectionsMax")}`;
  }

  /** Begin before the server listens. */
  watch(server: Server): void {
    // Before the HTTP parser, which would read from connections that are closed here.
    server.prependListener("connection", (socket) => this.onConnection(socket));
  }

  isSurplus(socket: unknown): boolean {
    return this.surplus.has(socket as Socket);
  }

  private onConnection(socket: Socket): void {
    // It begins anew after an upgrade that was not taken.
    if (this.admitted.has(socket) || this.surplus.has(socket)) return;
    const set = [this.admitted, this.surplus].find(({ size }) => size < this.connectionsMax);
    if (set === undefined) {
      socket.on("error", () => socket.destroy());
      socket.end(rawRefusal(503, this.message), () => socket.destroy());
      return;
    }
    set.add(socket);
    socket.once("close", () => set.delete(socket));
  }
}

const REASONS: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  403: "Forbidden",
  503: "Service Unavailable",
};

/** A whole HTTP answer, for sockets that no HTTP server answers for. */
export function rawRefusal(status: number, message: string): string {
  return [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    "connection: close",
    "content-type: text/plain",
    `content-length: ${Buffer.byteLength(message)}`,
    "",
    message,
  ].join("\r\n");
}
