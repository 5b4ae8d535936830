import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A port that stays this test's while an explorer behind it comes and goes: nobody else can take it in between. */
export class Doorway {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #behind: Promise<number> | null = null;

  private constructor() {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => void this.#pass(socket));
  }

  /** Leads nowhere at first. */
  static async open(): Promise<Doorway> {
    const doorway = new Doorway();
    await once(doorway.#server.listen(0, "127.0.0.1"), "listening");
    return doorway;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Pass on who comes from now on; those who come before the port is known wait. @param port null: close at once. */
  leadTo(port: Promise<number> | null): void {
    this.#behind = port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), "close");
  }

  async #pass(outside: Socket): Promise<void> {
    this.#keep(outside);
    const port = await this.#behind;
    if (port === null || outside.destroyed) {
      outside.destroy();
      return;
    }
    const inside = this.#keep(connect({ port, host: "127.0.0.1", allowHalfOpen: true }));
    outside.pipe(inside).pipe(outside);
    inside.once("close", () => outside.destroy());
    outside.once("close", () => inside.destroy());
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    // Its end is passed on, for whatever reason.
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
