import { connect, type Socket } from "node:net";
import { upgradeRequest } from "./rawExchange.js";

/** How attempts to open a websocket ended. */
export interface IdleSockets {
  readonly open: readonly Socket[];
  /** Told 503 and the limit, and closed. */
  readonly refused: number;
  /** Closed without a word. */
  readonly cut: number;
}

/** Under way at one time: a listen queue has room for a few hundred. */
const AT_ONCE = 200;
const ATTEMPT_MS_MAX = 60_000;

/** Try to open websockets that then do nothing. */
export async function openIdleSockets(url: string, attempts: number): Promise<IdleSockets> {
  const open: Socket[] = [];
  let [refused, cut, begun] = [0, 0, 0];
  const work = async () => {
    while (begun < attempts) {
      begun++;
      const { socket, text } = await attempt(url);
      if (text.startsWith("HTTP/1.1 101 ")) open.push(socket);
      else if (/^HTTP\/1\.1 503 [\s\S]*--rpc-connections/.test(text)) refused++;
      else cut++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { open, refused, cut };
}

export async function closeAll(sockets: readonly Socket[]): Promise<void> {
  await Promise.all(
    sockets.map(
      (socket) =>
        new Promise<void>((resolve) => {
          socket.once("close", () => resolve());
          if (socket.closed) resolve();
          socket.destroy();
        }),
    ),
  );
}

function attempt(url: string): Promise<{ socket: Socket; text: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname);
    let text = "";
    const timer = setTimeout(() => socket.destroy(), ATTEMPT_MS_MAX);
    const done = () => {
      clearTimeout(timer);
      resolve({ socket, text });
    };
    socket.write(upgradeRequest());
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      if (text.startsWith("HTTP/1.1 101 ") && text.includes("\r\n\r\n")) done();
    });
    socket.on("error", () => {});
    socket.once("close", done);
  });
}
