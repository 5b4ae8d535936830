import { WebSocket } from "ws";
import { FEED_PATH, FEED_SUBPROTOCOL } from "../../src/feed/feedProtocol.js";
import { waitFor } from "./waitFor.js";

/** A message as it came, before any client library has touched it. */
export type RawMessage = Readonly<Record<string, unknown>>;

/** A bare websocket on the feed: what goes over the wire, nothing healed. */
export interface FeedTap {
  readonly messages: readonly RawMessage[];
  readonly texts: readonly string[];
  readonly socket: WebSocket;
  send(message: object | string | Buffer): void;
  until(what: string, matches: (message: RawMessage) => boolean): Promise<RawMessage>;
  closed(): Promise<{ code: number; reason: string }>;
  close(): Promise<void>;
}

export async function tapFeed(url: string, headers: Record<string, string> = {}): Promise<FeedTap> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}${FEED_PATH}`, FEED_SUBPROTOCOL, { headers });
  const messages: RawMessage[] = [];
  const texts: string[] = [];
  let end: { code: number; reason: string } | null = null;
  socket.on("message", (data) => {
    texts.push(data.toString());
    messages.push(JSON.parse(data.toString()) as RawMessage);
  });
  socket.on("close", (code, reason) => {
    end = { code, reason: reason.toString() };
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("open", () => resolve());
    socket.once("error", reject);
  });
  socket.on("error", () => undefined);
  const closed = () => waitFor("the feed to close", () => end);
  return {
    messages,
    texts,
    socket,
    send: (message) =>
      socket.send(
        typeof message === "string" || Buffer.isBuffer(message) ? message : JSON.stringify(message),
      ),
    until: (what, matches) => waitFor(what, () => messages.find(matches)),
    closed,
    async close() {
      socket.close();
      await closed();
    },
  };
}
