import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A TCP connection on which a test sends what no client library would. */
export class RawSocket {
  /** What was received so far, one character a byte. */
  received = "";
  ended = false;
  private wake: (() => void)[] = [];

  private constructor(readonly socket: Socket) {
    socket.setEncoding("latin1");
    socket.on("error", () => {});
    socket.on("data", (chunk: string) => {
      this.received += chunk;
      this.wakeAll();
    });
    socket.once("close", () => {
      this.ended = true;
      this.wakeAll();
    });
  }

  static async open(url: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    return new RawSocket(socket);
  }

  /** Open one and upgrade it. @throws when the upgrade is refused. */
  static async openWebSocket(url: string): Promise<RawSocket> {
    const raw = await RawSocket.open(url);
    raw.write(upgradeRequest(url));
    await raw.until(/\r\n\r\n/);
    if (!raw.received.startsWith("HTTP/1.1 101 ")) throw new Error(raw.received);
    return raw;
  }

  write(data: string | Uint8Array): void {
    this.socket.write(data);
  }

  /** Wait for text that matches. @throws when the connection ends before. */
  async until(pattern: RegExp): Promise<string> {
    while (!pattern.test(this.received)) {
      if (this.ended) throw new Error(`the connection ended after: ${this.received.slice(0, 500)}`);
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
    return this.received;
  }

  /** Everything received, once the other side has closed. */
  async closed(): Promise<string> {
    while (!this.ended) await new Promise<void>((resolve) => this.wake.push(resolve));
    return this.received;
  }

  destroy(): void {
    this.socket.destroy();
  }

  private wakeAll(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}

/** Request of a websocket with RFC 6455's sample key. */
export function upgradeRequest(url: string): string {
  return `GET / HTTP/1.1\r\nhost: ${new URL(url).host}\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
}

/** POST of a body with its length, on a connection that stays open. */
export function postRequest(body: string, headers = ""): string {
  return `POST / HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}
