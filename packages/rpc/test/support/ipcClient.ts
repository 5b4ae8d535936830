import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { RpcAnswer } from "./rpcClient.js";

/** A bare client of the IPC socket: what it writes is up to the test, what it reads is lines. */
export class IpcClient {
  readonly lines: string[] = [];
  private rest = "";
  private wake: (() => void)[] = [];
  private ended = false;

  private constructor(readonly socket: Socket) {
    socket.setEncoding("utf8");
    socket.on("error", () => {});
    socket.on("data", (chunk: string) => {
      const parts = (this.rest + chunk).split("\n");
      this.rest = parts.pop() ?? "";
      this.lines.push(...parts);
      this.wakeAll();
    });
    socket.once("close", () => {
      this.ended = true;
      this.wakeAll();
    });
  }

  static async open(path: string): Promise<IpcClient> {
    const socket = connect(path);
    await once(socket, "connect");
    return new IpcClient(socket);
  }

  write(text: string | Uint8Array): void {
    this.socket.write(text);
  }

  /** The answer or notification on line `index`, from 0. @throws when the connection ends before it. */
  async line(index: number): Promise<RpcAnswer & { readonly params?: { readonly result: unknown } }> {
    while (this.lines.length <= index) {
      if (this.ended) throw new Error(`the connection ended after ${this.lines.length} lines`);
      await new Promise<void>((resolve) => this.wake.push(resolve));
    }
    return JSON.parse(this.lines[index] as string);
  }

  async closed(): Promise<void> {
    if (!this.ended) await once(this.socket, "close");
  }

  close(): void {
    this.socket.destroy();
  }

  private wakeAll(): void {
    for (const wake of this.wake.splice(0)) wake();
  }
}
