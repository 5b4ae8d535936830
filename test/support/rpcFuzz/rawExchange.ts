import { connect, type NetConnectOpts, type Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { FuzzStream } from "./fuzzStreams.js";

/** Longest time until a node has answered and closed, in milliseconds: its own bounds are 30 s. */
export const EXCHANGE_MS_MAX = 180_000;

/**
 * Send a stream and read until the other side closes.
 * @returns what was received, one character a byte.
 * @throws when nothing ends the connection in time.
 */
export async function rawExchange(
  at: NetConnectOpts,
  { kind, pieces, end }: FuzzStream,
  opening = "",
): Promise<string> {
  const socket = connect(at);
  const received = collected(socket, kind);
  if (opening !== "") socket.write(opening);
  for (const piece of pieces) {
    socket.write(piece);
    await setImmediate();
  }
  if (end) socket.end();
  return received;
}

function collected(socket: Socket, kind: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`${kind}: neither answered nor closed within ${EXCHANGE_MS_MAX} ms`));
    }, EXCHANGE_MS_MAX);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
    });
    // A reset is an end like any other.
    socket.on("error", () => {});
    socket.once("close", () => {
      clearTimeout(timer);
      resolve(text);
    });
  });
}

export function upgradeRequest(): string {
  return "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
}
