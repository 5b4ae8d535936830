import { connect, type Socket } from "node:net";
import { upgradeRequest } from "./rawExchange.js";

/** How attempts to open a websocket ended. */
export interface IdleSockets {
  /** All at once, when the last attempt had ended. */
  readonly open: readonly Socket[];
  /** Told 503 and the limit, and closed. */
  readonly refused: number;
  /** Closed without a word. */
  readonly cut: number;
}

/** Without payload; masked, as what a client sends must be. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** Under way at one time: a listen queue has room for a few hundred. */
const AT_ONCE = 200;
const ATTEMPT_MS_MAX = 180_000;

/** Try to open websockets that then do nothing but answer pings: who does not is dropped, and another takes its place. */
export async function openIdleSockets(url: string, attempts: number): Promise<IdleSockets> {
  const open: Socket[] = [];
  let [refused, cut, begun] = [0, 0, 0];
  const work = async () => {
    while (begun < attempts) {
      begun++;
      const { socket, text } = await attempt(url);
      if (text.startsWith("HTTP/1.1 101 ")) open.push(answeringPings(socket));
      else if (/^HTTP\/1\.1 503 [\s\S]*--rpc-connections/.test(text)) refused++;
      else cut++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { open: open.filter(({ closed }) => !closed), refused, cut };
}

/** The server sends an idle websocket nothing else. */
function answeringPings(socket: Socket): Socket {
  return socket.on("data", () => socket.write(PONG));
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
