import {
  type EventType,
  FEED_SUBPROTOCOL,
  type FeedEvent,
  type Filter,
  type From,
  type Hello,
  type ServerMessage,
  SILENCE_MS,
  type Sub,
  type Topic,
} from "./feedProtocol.js";

/** The part of the WHATWG WebSocket both browsers and the `ws` package have. */
export interface FeedSocket {
  send(text: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

/** Where a program keeps its position over restarts. */
export interface CursorStore {
  load(): string | null;
  save(cursor: string): void;
}

/** Open a socket to `url` with the feed's subprotocol: `(url, protocol) => new WebSocket(url, protocol)`. */
export type OpenSocket = (url: string, protocol: string) => FeedSocket;

export type FeedState = "connecting" | "open" | "reconnecting" | "closed";

export interface FeedClientOptions {
  readonly url: string;
  readonly open: OpenSocket;
  readonly onState?: (state: FeedState) => void;
  readonly onHello?: (hello: Hello) => void;
  /** Uniform in [0, 1): spreads the retries of many clients. */
  readonly random?: () => number;
  readonly retryMinMs?: number;
  readonly retryMaxMs?: number;
}

export interface TopicHandlers {
  readonly topic: Topic;
  readonly filter?: Filter;
  /** Newest values first asked for; also after the server no longer has what followed our cursor. */
  readonly snapshot?: boolean | number;
  /** Where to start the first time; a stored cursor wins. */
  readonly from?: From;
  readonly store?: CursorStore;
  /** Replaces everything held for this topic. */
  readonly onSnapshot?: (values: readonly unknown[]) => void;
  /** Each event once, in order, over any number of connections. */
  readonly onEvent: (event: { cursor: string; type: EventType; data: unknown }) => void;
  /** The replay is over. */
  readonly onLive?: () => void;
  /** The server refused the subscription; without a snapshot to fall back on it stays ended. */
  readonly onRefused?: (refusal: { code: string; message: string }) => void;
}

interface Held extends TopicHandlers {
  readonly id: string;
  cursor: string | null;
  /** Whether `from` is still to be asked for. */
  fresh: boolean;
  active: boolean;
}

const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 30_000;

/**
 * A connection to the feed that heals itself: it reconnects with growing, jittered pauses and resumes every
 * subscription from its cursor, so a handler sees each event once and in order.
 * @example
 * const client = new FeedClient({ url: "ws://127.0.0.1:8700/feed/v1", open: (u, p) => new WebSocket(u, p) });
 * client.subscribe({ topic: "blocks", from: { block: 0 }, onEvent: ({ data }) => console.log(data) });
 */
export class FeedClient {
  readonly #options: FeedClientOptions;
  readonly #held = new Map<string, Held>();
  #socket: FeedSocket | null = null;
  #open = false;
  #attempts = 0;
  #nextId = 1;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;
  #retryAfterMs = 0;
  #stopped = false;

  constructor(options: FeedClientOptions) {
    this.#options = options;
    this.#connect("connecting");
  }

  /** @returns ends the subscription. */
  subscribe(handlers: TopicHandlers): () => void {
    const id = String(this.#nextId++);
    const stored = handlers.store?.load() ?? null;
    const held: Held = { ...handlers, id, cursor: stored, fresh: true, active: true };
    this.#held.set(id, held);
    if (this.#open) this.#send(subMessage(held));
    return () => {
      this.#held.delete(id);
      if (this.#open) this.#send({ t: "unsub", id });
    };
  }

  /** Try again now, for instance when the browser says that the network is back. */
  retryNow(): void {
    if (this.#stopped || this.#retryTimer === undefined) return;
    clearTimeout(this.#retryTimer);
    this.#connect("reconnecting");
  }

  close(): void {
    this.#stopped = true;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#silenceTimer);
    this.#socket?.close(1000, "done");
    this.#socket = null;
    this.#options.onState?.("closed");
  }

  #connect(state: FeedState): void {
    this.#retryTimer = undefined;
    this.#options.onState?.(state);
    const socket = this.#options.open(this.#options.url, FEED_SUBPROTOCOL);
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#receive(String(data));
    });
    socket.addEventListener("close", () => {
      if (socket === this.#socket) this.#lost();
    });
    // A close event always follows.
    socket.addEventListener("error", () => undefined);
    this.#watchSilence();
  }

  #lost(): void {
    if (this.#stopped) return;
    this.#open = false;
    this.#socket = null;
    clearTimeout(this.#silenceTimer);
    const { random = Math.random, retryMinMs = RETRY_MIN_MS, retryMaxMs = RETRY_MAX_MS } = this.#options;
    const ceiling = Math.min(retryMaxMs, retryMinMs * 2 ** this.#attempts);
    const delayMs = Math.max(this.#retryAfterMs, ceiling / 2 + (random() * ceiling) / 2);
    this.#attempts++;
    this.#retryAfterMs = 0;
    this.#options.onState?.("reconnecting");
    this.#retryTimer = setTimeout(() => this.#connect("reconnecting"), delayMs);
  }

  /** Browsers cannot see pings; the server speaks at least every 10 s. */
  #watchSilence(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => {
      this.#socket?.close(4000, "silent");
      this.#lost();
    }, SILENCE_MS);
  }

  #receive(text: string): void {
    this.#watchSilence();
    const message = JSON.parse(text) as ServerMessage;
    if ("s" in message) {
      this.#dispatch(message);
      return;
    }
    switch (message.t) {
      case "hello":
        this.#welcome(message);
        return;
      case "snapshot":
        this.#held.get(message.id)?.onSnapshot?.(message.d);
        this.#advance(message.id, message.c);
        return;
      case "ack":
        this.#advance(message.id, message.cursor);
        return;
      case "live":
        this.#advance(message.id, message.c);
        this.#held.get(message.id)?.onLive?.();
        return;
      case "err":
        if (message.id !== undefined) this.#refused(message.id, message);
        return;
      case "bye":
        this.#retryAfterMs = (message.retryAfter ?? 0) * 1_000;
        return;
      default:
        return;
    }
  }

  #welcome(hello: Hello): void {
    this.#open = true;
    this.#attempts = 0;
    this.#options.onHello?.(hello);
    this.#options.onState?.("open");
    for (const held of this.#held.values()) if (held.active) this.#send(subMessage(held));
  }

  #dispatch(event: FeedEvent): void {
    for (const id of event.s) {
      const held = this.#held.get(id);
      if (held === undefined || isSeen(held, event.c)) continue;
      held.onEvent({ cursor: event.c, type: event.t, data: event.d });
      this.#advance(id, event.c);
    }
  }

  #advance(id: string, cursor: string): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.cursor = cursor;
    held.fresh = false;
    held.store?.save(cursor);
  }

  #refused(id: string, refusal: { code: string; message: string }): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    held.onRefused?.(refusal);
    held.active = refusal.code === "cursor_expired" && Boolean(held.snapshot);
    if (!held.active) return;
    held.cursor = null;
    this.#send(subMessage(held));
  }

  #send(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }
}

function isValueTopic(topic: Topic): boolean {
  return topic === "validators" || topic === "stats";
}

/** Already had it: a journal event at or before our cursor of the same epoch. */
function isSeen(held: Held, cursor: string): boolean {
  if (held.cursor === null || isValueTopic(held.topic)) return false;
  const [heldEpoch, heldSeq] = held.cursor.split(".");
  const [epoch, seq] = cursor.split(".");
  return epoch === heldEpoch && Number(seq) <= Number(heldSeq);
}

function subMessage(held: Held): Sub {
  const { id, topic, filter } = held;
  const base = { t: "sub", id, topic, ...(filter === undefined ? {} : { filter }) } as const;
  if (!isValueTopic(topic)) {
    if (held.cursor !== null) return { ...base, from: { cursor: held.cursor } };
    if (held.fresh && held.from !== undefined) return { ...base, from: held.from };
  }
  return held.snapshot ? { ...base, snapshot: held.snapshot } : base;
}
