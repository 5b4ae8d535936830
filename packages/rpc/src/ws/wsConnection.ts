import { randomBytes } from "node:crypto";
import { type Hex, toHex } from "@causeway/protocol/hex";
import type { RawData, WebSocket } from "ws";
import type { RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import { limitExceeded } from "../rpcError.js";
import type { Subscriber } from "./subscriber.js";
import type { Subscription } from "./subscription.js";
import type { Listener } from "./subscriptionHub.js";

/** Answer a message on behalf of a connection; null when nothing is to be sent. */
export type AnswerMessage = (
  text: string,
  subscriber: Subscriber,
  signal: AbortSignal,
) => Promise<string | null>;

const ID_BYTES = 16;
/** Notifications kept for a subscription until its id is told. */
const EARLY_NOTIFICATIONS_MAX = 1_024;

interface Entry {
  readonly subscription: Subscription;
  /** What happened since the subscription was made; null once the client knows its id. */
  early: string[] | null;
}

/** One websocket: its requests in work, its subscriptions, and the bounds on both. */
export class WsConnection implements Listener {
  private readonly subscriptions = new Map<string, Entry>();
  private readonly closed = new AbortController();
  private inFlight = 0;
  private answeredPing = true;

  constructor(
    private readonly socket: WebSocket,
    private readonly answer: AnswerMessage,
    private readonly limits: RpcLimits,
    private readonly log: RpcLog,
  ) {
    socket.on("message", (data) => {
      this.onMessage(data).catch((error: unknown) => {
        log.warn({ error: String(error) }, "websocket message failed");
        socket.terminate();
      });
    });
    socket.on("pong", () => {
      this.answeredPing = true;
    });
    socket.on("error", (error) => log.debug({ error: error.message }, "websocket failed"));
    socket.once("close", () => this.closed.abort());
  }

  notify(select: (subscription: Subscription) => readonly string[]): void {
    for (const [id, { subscription, early }] of this.subscriptions) {
      for (const result of select(subscription)) {
        if (early === null) this.send(notification(id, result));
        else if (early.push(result) > EARLY_NOTIFICATIONS_MAX) this.socket.terminate();
      }
    }
  }

  /** Drop a peer that did not answer the last ping, else ping again. */
  checkAlive(): void {
    if (this.answeredPing) this.socket.ping();
    else this.socket.terminate();
    this.answeredPing = false;
  }

  /** @param code websocket close code, 1001 when the server goes away. */
  close(code: number, reason: string): void {
    this.socket.close(code, reason);
  }

  terminate(): void {
    this.socket.terminate();
  }

  private async onMessage(data: RawData): Promise<void> {
    this.inFlight++;
    if (this.inFlight >= this.limits.messagesInFlightMax) this.socket.pause();
    const begun: Hex[] = [];
    const response = await this.answer(data.toString(), this.subscriber(begun), this.closed.signal);
    if (response !== null) this.send(response);
    for (const id of begun) this.start(id);
    this.inFlight--;
    if (this.socket.isPaused && this.inFlight < this.limits.messagesInFlightMax) this.socket.resume();
  }

  /** @param begun collects the ids begun by one message: their notifications follow its answer. */
  private subscriber(begun: Hex[]): Subscriber {
    return {
      subscribe: (subscription) => {
        const { subscriptionsPerConnectionMax: max } = this.limits;
        if (this.subscriptions.size >= max)
          throw limitExceeded(`too many subscriptions, the limit is ${max} a connection`);
        const id = toHex(randomBytes(ID_BYTES));
        this.subscriptions.set(id, { subscription, early: [] });
        begun.push(id);
        return id;
      },
      unsubscribe: (id) => this.subscriptions.delete(id),
    };
  }

  private start(id: Hex): void {
    const entry = this.subscriptions.get(id);
    for (const result of entry?.early ?? []) this.send(notification(id, result));
    if (entry !== undefined) entry.early = null;
  }

  private send(text: string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(text);
    if (this.socket.bufferedAmount <= this.limits.bufferedBytesMax) return;
    this.log.warn(
      { bufferedBytes: this.socket.bufferedAmount, limit: this.limits.bufferedBytesMax },
      "websocket client reads too slowly: disconnected",
    );
    this.socket.terminate();
  }
}

function notification(id: string, result: string): string {
  return `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":${result}}}`;
}
