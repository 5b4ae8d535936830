import type { Hex } from "@causeway/protocol/hex";
import type { RpcLimits } from "../limits.js";
import type { RpcLog } from "../log.js";
import { RPC_CODE } from "../rpcError.js";
import { ConnectionSubscriptions } from "../ws/connectionSubscriptions.js";
import type { NoticeLog } from "../ws/noticeLog.js";
import type { Subscriber } from "../ws/subscriber.js";
import type { Listener } from "../ws/subscriptionHub.js";
import type { IncomingBytes } from "./incomingBytes.js";
import { type MessageSink, Outbox } from "./outbox.js";
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
export interface MessageChannel extends MessageSink {
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
  /** What subscriptions tell of. */
  readonly notices: NoticeLog;
  /** Addresses, topics and hashes that subscriptions select by. */
  readonly watched: SharedBound;
  readonly log: RpcLog;
}

/** One lasting connection: its requests in work, its subscriptions, and the bounds on both. */
export class RpcConnection implements Listener, Reader {
  private readonly subscriptions: ConnectionSubscriptions;
  private readonly outbox: Outbox;
  private readonly closed = new AbortController();
  private messagesInWork = 0;
  private bytesInWork = 0;
  private paused = false;
  private whenIdle: (() => void) | null = null;
  private readonly inWorkHeld: Holding;

  /**
   * @param client whom its requests count for where clients take turns.
   * @param now monotonic milliseconds.
   */
  constructor(
    private readonly channel: MessageChannel,
    private readonly services: ConnectionServices,
    private readonly client: unknown,
    now: () => number = () => performance.now(),
  ) {
    this.inWorkHeld = services.incoming.open();
    this.subscriptions = new ConnectionSubscriptions(services.notices, services.limits, services.watched);
    this.outbox = new Outbox({
      ...{ sink: channel, outgoing: services.outgoing, reader: this, now },
      next: () => this.subscriptions.next(),
      onRoom: () => this.sendNotifications(),
    });
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
      const made: Hex[] = [];
      const response = await this.services.answer(
        text,
        this.subscriptions.subscriber(made),
        this.closed.signal,
        this.client,
      );
      if (response !== null) this.send(response);
      for (const id of made) this.subscriptions.start(id);
      if (made.length > 0) this.sendNotifications();
    } catch (error) {
      this.services.log.warn({ error: String(error) }, "rpc message failed");
      this.cut();
    } finally {
      this.inWork(-1, -bytes);
      this.inWorkHeld.give(bytes);
    }
  }

  notify(): void {
    if (this.subscriptions.passIfNone()) return;
    this.sendNotifications();
    const { limits, log } = this.services;
    const { bytesBehind } = this.subscriptions;
    const limit = this.outbox.stuck ? limits.bufferedBytesMax : limits.bufferedBytesTotalMax;
    if (bytesBehind <= limit) return;
    log.warn({ bytesBehind, limit }, "rpc client reads too slowly: disconnected");
    this.cut();
  }

  /** Resolves when no message is in work, nor one sent in part only. */
  idle(): Promise<void> {
    if (this.isIdle) return Promise.resolve();
    return new Promise((resolve) => {
      this.whenIdle = resolve;
    });
  }

  /** The channel has closed: nobody waits for what is in work. */
  end(): void {
    this.closed.abort();
    this.subscriptions.end();
    this.outbox.end();
  }

  /** Close at once: what is in work is abandoned, and nothing further is sent. */
  cut(): void {
    this.end();
    this.channel.terminate();
  }

  private get isIdle(): boolean {
    return this.messagesInWork === 0 && !this.outbox.isMidway;
  }

  private send(text: string): void {
    if (this.closed.signal.aborted) return;
    const { limits, log } = this.services;
    this.outbox.answer(text);
    const bufferedBytes = this.outbox.answerBytes;
    if (bufferedBytes <= limits.bufferedBytesMax) return;
    log.warn({ bufferedBytes, limit: limits.bufferedBytesMax }, "rpc client reads too slowly: disconnected");
    this.cut();
  }

  private sendNotifications(): void {
    try {
      this.outbox.notify();
      if (this.isIdle) this.whenIdle?.();
    } catch (error) {
      this.services.log.warn({ error: String(error) }, "rpc notification failed");
      this.cut();
    }
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
    if (this.isIdle) this.whenIdle?.();
  }
}
