import { chmodSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { limitText } from "../limitFlags.js";
import { RPC_CODE } from "../rpcError.js";
import { corked } from "../server/corked.js";
import { type ConnectionServices, RpcConnection } from "../server/rpcConnection.js";
import type { Listener } from "../ws/subscriptionHub.js";
import { claimPath } from "./claimPath.js";
import { ipcError } from "./ipcError.js";
import { JsonStream } from "./jsonStream.js";

export interface IpcSocketOptions extends ConnectionServices {
  readonly path: string;
  /** Told of each connection; returns what is called when it has closed. */
  readonly onConnection: (connection: Listener) => () => void;
}

export interface IpcSocket {
  readonly path: string;
  close(): Promise<void>;
}

/** Only the user that runs the node may connect. */
const SOCKET_MODE = 0o600;

/**
 * Serve JSON-RPC on a Unix socket: objects and batches one after the other, each answer on a line of its own, and
 * subscriptions, as geth's IPC.
 * @throws {IpcError} when the path cannot be had.
 */
export async function openIpcSocket(options: IpcSocketOptions): Promise<IpcSocket> {
  const { path, log } = options;
  await claimPath(path);
  const sockets = new Set<Socket>();
  // A client that has sent all it wants to ask still reads: `echo … | nc -U`.
  const server = createServer({ allowHalfOpen: true }, (socket) => accept(socket, sockets, options));
  await listen(server, path);
  server.on("error", (error) => log.warn({ error: error.message }, "ipc server"));
  log.info({ path }, "ipc listening");
  return {
    path,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(ipcError(path, error.message, error)));
    server.listen(path, () => {
      chmodSync(path, SOCKET_MODE);
      resolve();
    });
  });
}

function accept(socket: Socket, sockets: Set<Socket>, options: IpcSocketOptions): void {
  const { limits, log, incoming } = options;
  socket.on("error", (error) => log.debug({ error: error.message }, "ipc connection failed"));
  if (sockets.size >= limits.connectionsMax) {
    const bound = limitText(limits, "connectionsMax");
    socket.end(refusal(RPC_CODE.limitExceeded, `too many connections, ${bound}`), () => socket.destroy());
    return;
  }
  sockets.add(socket);
  const connection = new RpcConnection(
    {
      send: (text, last, sent) => void socket.write(last ? `${text}\n` : text, sent),
      together: (sendAll) => corked(socket, sendAll),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      terminate: () => socket.destroy(),
    },
    options,
    socket,
  );
  const leave = options.onConnection(connection);
  const messages = new JsonStream(limits.bodyBytesMax, (text) => void connection.receive(text));
  const held = incoming.open();
  const part = (code: number, message: string) => {
    socket.removeAllListeners("data").end(refusal(code, message), () => socket.destroy());
  };
  socket.on("data", (chunk) => {
    held.release();
    const fault = messages.push(chunk);
    if (fault === "not-json") return part(RPC_CODE.parse, "parse error: messages are JSON objects or arrays");
    if (fault === "too-large") {
      return part(RPC_CODE.invalidRequest, `message too big: ${limitText(limits, "bodyBytesMax")}`);
    }
    if (!held.take(messages.unfinishedBytes)) part(RPC_CODE.limitExceeded, incoming.message);
  });
  socket.once("end", () => void connection.idle().then(() => socket.end()));
  socket.once("close", () => {
    connection.end();
    held.release();
    leave();
    sockets.delete(socket);
  });
}

function refusal(code: number, message: string): string {
  return `${JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } })}\n`;
}
