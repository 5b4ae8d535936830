import type { WebSocket } from "ws";
import { parseCursor } from "./cursor.js";
import { parseClientMessage } from "./feedMessage.js";
import {
  CLOSE_CODES,
  DEFAULT_SNAPSHOT,
  FEED_LIMITS,
  FEED_VERSION,
  type FeedErrorCode,
  type FeedRefusal,
  HEARTBEAT_MS,
  type ServerMessage,
  type Sub,
  VALUE_TOPICS,
  type ValueTopic,
} from "./feedProtocol.js";
import type { FeedSource } from "./feedSource.js";
import type { JournalEvent } from "./journal.js";
import { isJournalTopic, newSubscription, type Subscription, wants, withFilter } from "./subscription.js";

/** The clock of slow readers and heartbeats; shortened in tests. */
export interface FeedTimings {
  readonly heartbeatMs: number;
  /** How long a reader may leave its full socket unread. */
  readonly stallMs: number;
}

export const FEED_TIMINGS: FeedTimings = { heartbeatMs: HEARTBEAT_MS, stallMs: 60_000 };

/** Unsent bytes above which a connection reads no further in the journal. */
export const BUFFERED_BYTES_MAX = 1024 * 1024;
const EVENTS_PER_READ = 256;
const RATE_WINDOW_MS = 10_000;
/** Seconds after which a client of a stopping server may come back. */
const SHUTDOWN_RETRY_SECONDS = 2;

/** End of the connection's loops; carries nothing. */
class Closed extends Error {}

/**
 * One client. Its memory is its subscriptions' journal positions plus at most {@link BUFFERED_BYTES_MAX} of unsent
 * bytes: the loop reads on only while the socket drains, so a slow reader costs nothing and loses nothing.
 */
export class FeedConnection {
  readonly #socket: WebSocket;
  readonly #source: FeedSource;
  readonly #timings: FeedTimings;
  readonly #onFailure: (error: unknown) => void;
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #staleValues = new Map<ValueTopic, number>();
  readonly #wakers = new Set<() => void>();
  readonly #stops: (() => void)[] = [];
  #handling: Promise<void> = Promise.resolve();
  #waiting = 0;
  #windowStartMs = 0;
  #windowMessages = 0;
  #lastSentMs: number;
  #closed = false;

  /** @param onFailure told when the index could not be read; the client is told to come back. */
  constructor(
    socket: WebSocket,
    source: FeedSource,
    timings: FeedTimings,
    onFailure: (error: unknown) => void,
  ) {
    this.#onFailure = onFailure;
    this.#socket = socket;
    this.#source = source;
    this.#timings = timings;
    this.#lastSentMs = performance.now();
  }

  /** Greet, then serve until the socket closes. */
  async serve(): Promise<void> {
    this.#socket.on("message", (data, isBinary) => this.#receive(data.toString(), isBinary));
    this.#socket.on("close", () => this.#end());
    // ws closes the socket after an error; `close` does the rest.
    this.#socket.on("error", () => undefined);
    this.#stops.push(this.#source.journal.onAppend(() => this.#wake()));
    this.#stops.push(this.#source.onValue((topic) => this.#markStale(topic)));
    const heartbeat = setInterval(() => this.#heartbeat(), this.#timings.heartbeatMs);
    this.#stops.push(() => clearInterval(heartbeat));
    try {
      this.#handling = this.#greet();
      await this.#handling;
      await this.#pump();
    } catch (error) {
      if (!(error instanceof Closed)) throw error;
    } finally {
      this.#end();
    }
  }

  /** Say goodbye and close; a client that does not answer is cut by the server. */
  bye(code: "bad_message" | "limit" | "slow_consumer" | "shutdown", message: string): void {
    if (this.#closed) return;
    const closeCode = {
      bad_message: CLOSE_CODES.badMessage,
      limit: CLOSE_CODES.limit,
      slow_consumer: CLOSE_CODES.slowConsumer,
      shutdown: CLOSE_CODES.shutdown,
    }[code];
    this.#transmit({
      t: "bye",
      code,
      message,
      cursor: this.#source.journal.cursorAt(this.#lowestPosition()),
      ...(code === "shutdown" ? { retryAfter: SHUTDOWN_RETRY_SECONDS } : {}),
    });
    this.#socket.close(closeCode, message.slice(0, 120));
    this.#end();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const stop of this.#stops) stop();
    this.#wake();
  }

  // --- inbound ---

  #receive(text: string, isBinary: boolean): void {
    if (this.#closed) return;
    if (!this.#withinRate()) {
      this.bye("limit", `more than ${FEED_LIMITS.msgsPer10s} messages in 10 s`);
      return;
    }
    if (isBinary) {
      this.bye("bad_message", "binary frame: the feed speaks JSON text");
      return;
    }
    const parsed = parseClientMessage(text);
    if (!parsed.ok) {
      this.#refuse(parsed.id, parsed.fatal ? "bad_message" : "bad_request", parsed.reason);
      if (parsed.fatal) this.bye("bad_message", parsed.reason);
      return;
    }
    const { message } = parsed;
    if (message.t === "ping") {
      this.#transmit({ t: "pong", ...(message.n === undefined ? {} : { n: message.n }) });
      return;
    }
    // One at a time, in order: an ack must not overtake the one before it. The rate bounds this queue.
    this.#waiting++;
    this.#handling = this.#handling
      .then(() => this.#handle(message))
      .catch((error: unknown) => {
        if (error instanceof Closed) return;
        this.#onFailure(error);
        this.bye("shutdown", "the index cannot be read");
      })
      .finally(() => {
        this.#waiting--;
      });
  }

  async #handle(
    message: Sub | { t: "unsub"; id: string } | { t: "update"; id: string; filter: object },
  ): Promise<void> {
    if (this.#closed) return;
    if (message.t === "sub") {
      await this.#subscribe(message);
      return;
    }
    const known = this.#subscriptions.get(message.id);
    if (known === undefined) {
      this.#refuse(message.id, "unknown_sub", `no subscription has the id ${message.id}`);
      return;
    }
    if (message.t === "unsub") this.#subscriptions.delete(message.id);
    else this.#subscriptions.set(message.id, withFilter(known, message.filter));
    this.#transmit({ t: "ack", id: message.id, cursor: this.#source.journal.cursorAt(known.position) });
  }

  async #subscribe(sub: Sub): Promise<void> {
    const refusal = this.#objection(sub);
    if (refusal !== null) {
      this.#refuse(sub.id, refusal.code, refusal.message);
      return;
    }
    const start = sub.from === undefined ? this.#source.journal.head : await this.#resolveFrom(sub);
    if (start === null) return;
    if (!isJournalTopic(sub.topic) || sub.snapshot) await this.#startWithSnapshot(sub);
    else this.#start(sub, start);
  }

  #objection(sub: Sub): { code: FeedErrorCode; message: string } | null {
    if (this.#subscriptions.has(sub.id))
      return { code: "duplicate_sub", message: `the id ${sub.id} is in use on this connection` };
    if (this.#subscriptions.size >= FEED_LIMITS.maxSubs)
      return { code: "limit", message: `at most ${FEED_LIMITS.maxSubs} subscriptions per connection` };
    if (sub.from !== undefined && (sub.snapshot || !isJournalTopic(sub.topic)))
      return { code: "bad_request", message: "from: goes only with a journal topic and without snapshot" };
    return null;
  }

  #start(sub: Sub, seq: number): void {
    this.#transmit({ t: "ack", id: sub.id, cursor: this.#source.journal.cursorAt(seq) });
    this.#subscriptions.set(sub.id, newSubscription(sub, seq));
    this.#wake();
  }

  async #startWithSnapshot(sub: Sub): Promise<void> {
    const count = typeof sub.snapshot === "number" ? sub.snapshot : DEFAULT_SNAPSHOT;
    const { seq, values } = await this.#source.snapshot(sub.topic, count);
    const cursor = this.#source.journal.cursorAt(seq);
    const text = `{"t":"snapshot","id":${JSON.stringify(sub.id)},"c":"${cursor}","d":[${values.join(",")}]}`;
    await this.#room(text.length);
    this.#transmit({ t: "ack", id: sub.id, cursor });
    this.#send(text);
    this.#subscriptions.set(sub.id, newSubscription(sub, seq));
    this.#wake();
  }

  /** @returns the journal position to replay from, or null when the subscription was refused. */
  async #resolveFrom(sub: Sub): Promise<number | null> {
    const { journal } = this.#source;
    const { from } = sub;
    if (from === undefined) return journal.head;
    if ("cursor" in from) {
      const cursor = parseCursor(from.cursor);
      if (cursor === null) {
        this.#refuse(sub.id, "bad_request", `from.cursor: ${from.cursor} is not <epoch>.<seq>`);
        return null;
      }
      if (journal.covers(cursor)) return cursor.seq;
      await this.#refuseExpired(sub.id, `cursor ${from.cursor} is outside of what is kept`);
      return null;
    }
    const position = await journal.positionAfterBlock(from.block);
    if (position === null) {
      await this.#refuseExpired(sub.id, `block ${from.block} is outside of what is kept`);
      return null;
    }
    if (from.hash !== undefined && from.hash !== position.hash) {
      this.#refuse(
        sub.id,
        "not_canonical",
        `block ${from.block} has the hash ${position.hash}, not ${from.hash}`,
      );
      return null;
    }
    return position.seq;
  }

  async #refuseExpired(id: string, message: string): Promise<void> {
    const { journal } = this.#source;
    const fromBlock = await journal.firstBlock();
    this.#transmit({
      t: "err",
      id,
      code: "cursor_expired",
      message: `${message}; subscribe with a snapshot, or from fromCursor`,
      fromCursor: journal.cursorAt(journal.floor),
      fromBlock,
    });
  }

  #refuse(id: string | null, code: FeedErrorCode, message: string): void {
    const refusal: FeedRefusal = { t: "err", ...(id === null ? {} : { id }), code, message };
    this.#transmit(refusal);
  }

  #withinRate(): boolean {
    const nowMs = performance.now();
    if (nowMs - this.#windowStartMs > RATE_WINDOW_MS) {
      this.#windowStartMs = nowMs;
      this.#windowMessages = 0;
    }
    this.#windowMessages++;
    return this.#windowMessages <= FEED_LIMITS.msgsPer10s && this.#waiting < FEED_LIMITS.msgsPer10s;
  }

  // --- outbound ---

  async #greet(): Promise<void> {
    const { journal } = this.#source;
    const fromBlock = await journal.firstBlock();
    const head = this.#source.head();
    this.#transmit({
      t: "hello",
      v: FEED_VERSION,
      ...this.#source.identity(),
      head,
      safe: head,
      finalized: head,
      cursor: journal.cursorAt(journal.head),
      retention: { fromCursor: journal.cursorAt(journal.floor), fromBlock },
      limits: FEED_LIMITS,
    });
  }

  /** The one loop that sends events: always from the lowest position on, so that each event goes out once. */
  async #pump(): Promise<void> {
    const { journal } = this.#source;
    while (!this.#closed) {
      await this.#sendValues();
      const from = this.#lowestPosition();
      if (from >= journal.head) {
        this.#markLive();
        if (this.#staleValues.size === 0) await this.#sleep();
        continue;
      }
      if (this.#isTooFarBehind(from)) {
        this.bye("slow_consumer", "the reader fell too far behind; resume from the cursor");
        return;
      }
      const known = [...this.#subscriptions.values()];
      const events = await journal.read(from, EVENTS_PER_READ);
      // The journal may have been cut while it was read; the next turn finds the position too old.
      if (events[0]?.seq !== from + 1) continue;
      for (const event of events) await this.#deliver(event, known);
    }
  }

  async #deliver(event: JournalEvent, known: readonly Subscription[]): Promise<void> {
    const ids: string[] = [];
    const passed: Subscription[] = [];
    // `known` was taken before the read: a subscription added since starts at its own position.
    for (const { id } of known) {
      const subscription = this.#subscriptions.get(id);
      if (subscription === undefined || subscription.position >= event.seq) continue;
      if (wants(subscription, event)) ids.push(id);
      passed.push(subscription);
    }
    if (ids.length > 0) {
      const text = eventText(this.#source.journal.cursorAt(event.seq), ids, event);
      await this.#room(text.length);
      this.#send(text);
    }
    for (const subscription of passed) {
      const current = this.#subscriptions.get(subscription.id);
      if (current !== undefined) current.position = event.seq;
    }
  }

  #markLive(): void {
    for (const subscription of this.#subscriptions.values()) {
      if (subscription.live || !isJournalTopic(subscription.topic)) continue;
      subscription.live = true;
      const c = this.#source.journal.cursorAt(subscription.position);
      this.#transmit({ t: "live", id: subscription.id, c });
    }
  }

  #isTooFarBehind(position: number): boolean {
    const { journal } = this.#source;
    if (position < journal.floor) return true;
    const fellBack = [...this.#subscriptions.values()].some((s) => s.live && s.position === position);
    return fellBack && journal.head - position > journal.retention / 2;
  }

  #lowestPosition(): number {
    let lowest = this.#source.journal.head;
    for (const subscription of this.#subscriptions.values()) {
      if (isJournalTopic(subscription.topic)) lowest = Math.min(lowest, subscription.position);
    }
    return lowest;
  }

  #markStale(topic: ValueTopic): void {
    if (![...this.#subscriptions.values()].some((s) => s.topic === topic)) return;
    this.#staleValues.set(topic, (this.#staleValues.get(topic) ?? 0) + 1);
    this.#wake();
  }

  async #sendValues(): Promise<void> {
    for (const topic of VALUE_TOPICS) {
      const changes = this.#staleValues.get(topic);
      if (changes === undefined) continue;
      this.#staleValues.delete(topic);
      const payload = this.#source.value(topic);
      const ids = [...this.#subscriptions.values()].filter((s) => s.topic === topic).map((s) => s.id);
      if (payload === null || ids.length === 0) continue;
      const cursor = this.#source.journal.cursorAt(this.#source.journal.head);
      const text = eventText(cursor, ids, { type: topic, block: this.#source.head(), payload });
      await this.#room(text.length);
      if (changes > 1) this.#transmit({ t: "gap", topic, dropped: changes - 1 });
      this.#send(text);
    }
  }

  #heartbeat(): void {
    if (performance.now() - this.#lastSentMs < this.#timings.heartbeatMs) return;
    if (this.#socket.bufferedAmount > 0) return;
    const { journal } = this.#source;
    this.#transmit({ t: "hb", c: journal.cursorAt(this.#lowestPosition()), head: this.#source.head() });
  }

  /** Wait until `bytes` more fit into the socket's buffer; one larger than the bound waits for an empty one. */
  async #room(bytes: number): Promise<void> {
    while (!this.#closed) {
      const buffered = this.#socket.bufferedAmount;
      if (buffered === 0 || buffered + bytes < BUFFERED_BYTES_MAX) return;
      const drained = await this.#drain(buffered);
      if (!drained && !this.#closed) {
        this.bye(
          "slow_consumer",
          `nothing was read for ${this.#timings.stallMs / 1000} s; resume from the cursor`,
        );
      }
    }
    throw new Closed();
  }

  /** @returns false when the reader took nothing for the stall time. */
  async #drain(buffered: number): Promise<boolean> {
    const deadlineMs = performance.now() + this.#timings.stallMs;
    while (!this.#closed && this.#socket.bufferedAmount >= buffered) {
      const leftMs = deadlineMs - performance.now();
      if (leftMs <= 0) return false;
      await this.#sleep(leftMs);
    }
    return true;
  }

  #transmit(message: ServerMessage): void {
    this.#send(JSON.stringify(message));
  }

  #send(text: string): void {
    if (this.#closed) return;
    this.#lastSentMs = performance.now();
    this.#socket.send(text, () => this.#wake());
  }

  #wake(): void {
    const wakers = [...this.#wakers];
    this.#wakers.clear();
    for (const waker of wakers) waker();
  }

  #sleep(ms?: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = ms === undefined ? undefined : setTimeout(done, ms);
      const wakers = this.#wakers;
      function done() {
        clearTimeout(timer);
        wakers.delete(done);
        resolve();
      }
      wakers.add(done);
    });
  }
}

/** The envelope around a payload that is already JSON text. */
export function eventText(
  cursor: string,
  ids: readonly string[],
  event: Pick<JournalEvent, "block" | "payload"> & { readonly type: string },
): string {
  const block = event.block === null ? "" : `,"b":${JSON.stringify(event.block)}`;
  return `{"c":"${cursor}","s":${JSON.stringify(ids)},"t":"${event.type}"${block},"d":${event.payload}}`;
}
