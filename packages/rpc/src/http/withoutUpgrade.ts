import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Headers, and tokens of Connection, that speak of an upgrade. */
const UPGRADE_NAMES = ["upgrade", "http2-settings"];

/** Whether it is the one protocol that is spoken here besides HTTP/1.1. */
export function asksForWebSocket({ headers: { upgrade } }: IncomingMessage): boolean {
  return upgrade?.toLowerCase() === "websocket";
}

/**
 * Let the server take a request as if it asked for no other protocol, as RFC 9110 §7.8 allows: Java's client and curl offer
 * h2c with a POST. The parser has stopped after its head, so that the connection begins anew with that. Node 24's own way,
 * `shouldUpgradeCallback`, loses what is pipelined behind such a request (24.21).
 * @param rest what was read after the head.
 */
export function serveWithoutUpgrade(
  server: Server,
  request: IncomingMessage,
  socket: Duplex,
  rest: Buffer,
): void {
  const { method, url, httpVersion, rawHeaders } = request;
  const lines = [`${method} ${url} HTTP/${httpVersion}`];
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name = "", value = ""] = rawHeaders.slice(i, i + 2);
    const kept = name.toLowerCase() === "connection" ? withoutUpgradeTokens(value) : value;
    if (!UPGRADE_NAMES.includes(name.toLowerCase())) lines.push(`${name}: ${kept}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), rest]));
  server.emit("connection", socket);
}

function withoutUpgradeTokens(connection: string): string {
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.filter((token) => !UPGRADE_NAMES.includes(token.toLowerCase())).join(", ");
}
