import { once } from "node:events";
import { WebSocket } from "ws";
import type { Json } from "../../src/json.js";
import type { RpcAnswer } from "./rpcClient.js";

const WAIT_MS_MAX = 150_000;

interface Notification {
  readonly method: "eth_subscription";
  readonly params: { readonly subscription: string; readonly result: Json };
}

/** A bare websocket client that keeps every message in order of arrival. */
export class WsClient {
  readonly messages: (RpcAnswer | Notification)[] = [];
  private nextId = 1;
  private wake: (() => void)[] = [];

  private constructor(readonly socket: WebSocket) {
    socket.on("message", (data) => {
      this.messages.push(JSON.parse(data.toString()));
      for (const wake of this.wake.splice(0)) wake();
    });
  }

  static async open(url: string, headers: Record<string, string> = {}): Promise<WsClient> {
    const client = new WsClient(new WebSocket(url.replace("http", "ws"), { headers }));
    await once(client.socket, "open");
    return client;
  }

  async call(method: string, ...params: readonly unknown[]): Promise<RpcAnswer> {
    const id = this.nextId++;
    this.socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return this.until(() => this.messages.find((m): m is RpcAnswer => "id" in m && m.id === id));
  }

  /** Results notified so far to a subscription. */
  notified(subscription: Json | undefined): readonly Json[] {
    return this.messages
      .filter((m): m is Notification => "method" in m)
      .filter(({ params }) => params.subscription === subscription)
      .map(({ params }) => params.result);
  }

  /** Wait for a value that arrives with some message. */
  until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("nothing arrived in time")), WAIT_MS_MAX);
      const check = () => {
        const found = look();
        if (found === undefined) {
          this.wake.push(check);
          return;
        }
        clearTimeout(timer);
        resolve(found);
      };
      check();
    });
  }

  async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    this.socket.close();
    await once(this.socket, "close");
  }
}
