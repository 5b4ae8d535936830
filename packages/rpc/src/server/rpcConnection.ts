import type { Hex } from "@causeway/protocol/hex";
import { newId } from "../filters/newId.js";
import { limitText } from "../limitFlags.js";
import type { RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import { limitExceeded, RPC_CODE } from "../rpcError.js";
import type { Subscriber } from "../ws/subscriber.js";
import { type Subscription, watchedBy } from "../ws/subscription.js";
import type { Listener } from "../ws/subscriptionHub.js";
import type { IncomingBytes } from "./incomingBytes.js";
import type { OutgoingBytes, Reader } from "./outgoingBytes.js";
import type { Holding, SharedBound } from "./sharedBound.js";

/**
 * Answer a message; null when nothing is to be sent. `subscriber` is null where nothing can be notified, `client` tells
 * clients apart.
 */
export type AnswerMessage = (
  text: string,
  subscriber: Subscriber | null,
  signal: AbortSignal,
  client: unknown,
) => Promise<string | null>;

/** What carries whole messages both ways: a websocket, or the IPC socket. */
export interface MessageChannel {
  /** @param sent called once the system has taken the message, or never will. */
  send(text: string, sent: () => void): void;
  /** Read nothing further until `resume`. */
  pause(): void;
  resume(): void;
  /** Cut the connection. */
  terminate(): void;
}

/** What the connections of a server share. */
export interface ConnectionServices {
  readonly answer: AnswerMessage;
  readonly limits: RpcLimits;
  readonly incoming: IncomingBytes;
  readonly outgoing: OutgoingBytes;
  /** Addresses, topics and hashes that subscriptions select by. */
  readonly watched: SharedBound;
  readonly log: RpcLog;
}

/** Notifications kept for a subscription until its id is told. */
const EARLY_NOTIFICATIONS_MAX = 1_024;

interface Entry {
  readonly subscription: Subscription;
  /** What happened since the subscription was made; null once the client knows its id. */
  early: string[] | null;
}

/** One lasting connection: its requests in work, its subscriptions, and the bounds on both. */
export class RpcConnection implements Listener, Reader {
  private readonly subscriptions = new Map<string, Entry>();
  private readonly closed = new AbortController();
  private messagesInWork = 0;
  private bytesInWork = 0;
  private paused = false;
  private whenIdle: (() => void) | null = null;
  private readonly inWorkHeld: Holding;
  private readonly watchedHeld: Holding;
  private watching = 0;

  /** @param client whom its requests count for where clients take turns. */
  constructor(
    private readonly channel: MessageChannel,
    private readonly services: ConnectionServices,
    private readonly client: unknown,
  ) {
    this.inWorkHeld = services.incoming.open();
    this.watchedHeld = services.watched.open();
  }

  /** Answer a message. Never rejects. */
  async receive(text: string): Promise<void> {
    const bytes = Buffer.byteLength(text);
    if (!this.inWorkHeld.take(bytes)) {
      const error = { code: RPC_CODE.limitExceeded, message: this.services.incoming.message };
      return this.send(JSON.stringify({ jsonrpc: "2.0", id: null, error }));
    }
    this.inWork(1, bytes);
    try {
      const begun: Hex[] = [];
      const response = await this.services.answer(
        text,
        this.subscriber(begun),
        this.closed.signal,
        this.client,
      );
      if (response !== null) this.send(response);
      for (const id of begun) this.start(id);
    } catch (error) {
      this.services.log.warn({ error: String(error) }, "rpc message failed");
      this.cut();
    } finally {
      this.inWork(-1, -bytes);
      this.inWorkHeld.give(bytes);
    }
  }

  notify(select: (subscription: Subscription) => readonly string[]): void {
    for (const [id, { subscription, early }] of this.subscriptions) {
      for (const result of select(subscription)) {
        if (early === null) this.send(notification(id, result));
        else if (early.push(result) > EARLY_NOTIFICATIONS_MAX) this.cut();
      }
    }
  }

  /** Resolves when no message is in work. */
  idle(): Promise<void> {
    if (this.messagesInWork === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenIdle = resolve;
    });
  }

  /** The channel has closed: nobody waits for what is in work. */
  end(): void {
    this.closed.abort();
    this.subscriptions.clear();
    this.watchedHeld.release();
  }

  /** Close at once: what is in work is abandoned, and nothing further is sent. */
  cut(): void {
    this.end();
    this.channel.terminate();
  }

  send(text: string): void {
    if (this.closed.signal.aborted) return;
    const { outgoing, limits, log } = this.services;
    const bytes = Buffer.byteLength(text);
    this.channel.send(text, () => outgoing.sent(this, bytes));
    outgoing.add(this, bytes);
    const bufferedBytes = outgoing.of(this);
    if (bufferedBytes <= limits.bufferedBytesMax) return;
    log.warn({ bufferedBytes, limit: limits.bufferedBytesMax }, "rpc client reads too slowly: disconnected");
    this.cut();
  }

  /** Pauses reading while as much is in work as the limits allow: a client may ask faster than it is answered. */
  private inWork(messages: number, bytes: number): void {
    const { messagesInFlightMax, bodyBytesMax } = this.services.limits;
    this.messagesInWork += messages;
    this.bytesInWork += bytes;
    const full = this.messagesInWork >= messagesInFlightMax || this.bytesInWork >= bodyBytesMax;
    if (full !== this.paused) {
      this.paused = full;
      if (full) this.channel.pause();
      else this.channel.resume();
    }
    if (this.messagesInWork === 0) this.whenIdle?.();
  }

  /** @param begun collects the ids begun by one message: their notifications follow its answer. */
  private subscriber(begun: Hex[]): Subscriber {
    return {
      subscribe: (subscription) => {
        const { limits } = this.services;
        if (this.subscriptions.size >= limits.subscriptionsPerConnectionMax) {
          const bound = limitText(limits, "subscriptionsPerConnectionMax");
          throw limitExceeded(`too many subscriptions on this connection, ${bound}`);
        }
        this.watch(watchedBy(subscription));
        const id = newId();
        this.subscriptions.set(id, { subscription, early: [] });
        begun.push(id);
        return id;
      },
      unsubscribe: (id) => this.unsubscribe(id),
    };
  }

  private unsubscribe(id: string): boolean {
    const entry = this.subscriptions.get(id);
    if (entry === undefined) return false;
    const watched = watchedBy(entry.subscription);
    this.watching -= watched;
    this.watchedHeld.give(watched);
    return this.subscriptions.delete(id);
  }

  /** @throws RpcError -32005 when the connection, or all together, would watch too much. */
  private watch(count: number): void {
    const { watchedPerConnectionMax: max } = this.services.limits;
    if (this.watching + count > max) {
      throw limitExceeded(
        `the subscriptions of this connection have too many filter terms, the limit is ${max} addresses, topics and hashes (rpc.limits.watchedPerConnectionMax)`,
      );
    }
    if (!this.watchedHeld.take(count)) {
      throw limitExceeded(
        "all subscriptions together select by too many addresses, topics and hashes (rpc.limits.watchedTotalMax)",
      );
    }
    this.watching += count;
  }

  private start(id: Hex): void {
    const entry = this.subscriptions.get(id);
    for (const result of entry?.early ?? []) this.send(notification(id, result));
    if (entry !== undefined) entry.early = null;
  }
}

function notification(id: string, result: string): string {
  return `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":${result}}}`;
}
