import { strict as assert } from "node:assert";
import { EventEmitter } from "node:events";
import type { WebSocket } from "ws";
import { BUFFERED_BYTES_MAX, FeedConnection, type FeedTimings } from "../../src/feed/feedConnection.js";
import type { ValueTopic } from "../../src/feed/feedProtocol.js";
import type { FeedSource } from "../../src/feed/feedSource.js";
import type { Journal, JournalEvent } from "../../src/feed/journal.js";
import { waitFor } from "../support/waitFor.js";

const EPOCH = "00112233aabbccdd";
const EVENT_BYTES = 100_000;
const EVENTS = 100;
const PATIENT: FeedTimings = { heartbeatMs: 60_000, stallMs: 60_000 };

/** A socket whose peer reads only when told to. */
class StuckSocket extends EventEmitter {
  readonly queue: { text: string; flushed: () => void }[] = [];
  readonly read: string[] = [];
  bufferedAmount = 0;
  mostBuffered = 0;
  closed: { code: number; reason: string } | null = null;

  send(text: string, flushed: () => void): void {
    this.queue.push({ text, flushed });
    this.bufferedAmount += text.length;
    this.mostBuffered = Math.max(this.mostBuffered, this.bufferedAmount);
  }

  /** The peer reads everything that waits. */
  drain(): void {
    for (const { text, flushed } of this.queue.splice(0)) {
      this.bufferedAmount -= text.length;
      this.read.push(text);
      flushed();
    }
  }

  close(code: number, reason: string): void {
    this.closed = { code, reason };
    this.emit("close");
  }
}

/** A journal of {@link EVENTS} large events that counts what is read of it. */
class CountedJournal {
  readonly epoch = EPOCH;
  readonly retention = 1_000;
  readonly head = EVENTS;
  floor = 0;
  eventsRead = 0;

  cursorAt(seq: number): string {
    return `${EPOCH}.${seq}`;
  }

  covers({ seq }: { seq: number }): boolean {
    return seq >= this.floor;
  }

  onAppend(): () => void {
    return () => undefined;
  }

  async firstBlock(): Promise<number> {
    return 1;
  }

  async read(seq: number): Promise<JournalEvent[]> {
    const count = Math.min(8, EVENTS - seq);
    this.eventsRead += count;
    return Array.from({ length: count }, (_, i) => ({
      seq: seq + i + 1,
      topic: "blocks",
      type: "block.add",
      block: null,
      keys: [],
      payload: JSON.stringify("x".repeat(EVENT_BYTES)),
    }));
  }
}

const opened: StuckSocket[] = [];

function connect(timings: FeedTimings) {
  const socket = new StuckSocket();
  opened.push(socket);
  const journal = new CountedJournal();
  let changed: (topic: ValueTopic) => void = () => assert.fail("nobody listens");
  const source: FeedSource = {
    journal: journal as unknown as Journal,
    identity: () => ({ chainId: 1, genesisHash: `0x${"00".repeat(32)}`, node: "test" }),
    head: () => null,
    snapshot: async () => ({ seq: 0, values: [] }),
    value: (topic) => JSON.stringify(topic),
    onValue: (listener) => {
      changed = listener;
      return () => undefined;
    },
  };
  const connection = new FeedConnection(socket as unknown as WebSocket, source, timings, assert.ifError);
  const served = connection.serve();
  const say = (message: object) => socket.emit("message", Buffer.from(JSON.stringify(message)), false);
  return { socket, journal, served, say, change: (topic: ValueTopic) => changed(topic) };
}

const subscribeFromStart = { t: "sub", id: "b", topic: "blocks", from: { cursor: `${EPOCH}.0` } };

describe("feed connection with a slow reader", () => {
  // Also after a failure: an open connection keeps its timers.
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close(1000, "");
  });

  it("holds at most its bound of unsent bytes and reads no further", async () => {
    const { socket, journal, served, say } = connect(PATIENT);
    say(subscribeFromStart);
    await waitFor("the buffer to fill", () => socket.bufferedAmount > BUFFERED_BYTES_MAX - 2 * EVENT_BYTES);
    assert.ok(socket.mostBuffered <= BUFFERED_BYTES_MAX);
    assert.ok(journal.eventsRead < EVENTS / 4, `read ${journal.eventsRead} of ${EVENTS} events ahead`);
    socket.close(1000, "");
    await served;
  });

  it("loses nothing once it reads again", async () => {
    const { socket, served, say } = connect(PATIENT);
    say(subscribeFromStart);
    const live = await waitFor("the live marker", () => {
      socket.drain();
      return socket.read.map((text) => JSON.parse(text)).find(({ t }) => t === "live");
    });
    assert.equal(live.c, `${EPOCH}.${EVENTS}`);
    const cursors = socket.read.map((text) => JSON.parse(text)).filter(({ t }) => t === "block.add");
    assert.deepEqual(
      cursors.map(({ c }) => c),
      Array.from({ length: EVENTS }, (_, i) => `${EPOCH}.${i + 1}`),
    );
    assert.ok(socket.mostBuffered <= BUFFERED_BYTES_MAX);
    socket.close(1000, "");
    await served;
  });

  it("says goodbye with the cursor when nothing is read for too long (4008)", async () => {
    const { socket, served, say } = connect({ ...PATIENT, stallMs: 30 });
    say(subscribeFromStart);
    await served;
    assert.equal(socket.closed?.code, 4008);
    assert.match(socket.closed?.reason ?? "", /nothing was read/);
    const sent = socket.queue.map(({ text }) => JSON.parse(text));
    const lastEvent = sent.filter(({ t }) => t === "block.add").at(-1);
    assert.equal(sent.at(-1).t, "bye");
    assert.equal(sent.at(-1).code, "slow_consumer");
    assert.equal(sent.at(-1).cursor, lastEvent.c, "the cursor is the last event that was sent");
  });

  it("says goodbye when the journal has moved past its position", async () => {
    const { socket, journal, served, say } = connect(PATIENT);
    say(subscribeFromStart);
    await waitFor("the buffer to fill", () => socket.bufferedAmount > BUFFERED_BYTES_MAX - 2 * EVENT_BYTES);
    journal.floor = EVENTS - 1;
    await waitFor("the end", () => {
      socket.drain();
      return socket.closed;
    });
    await served;
    assert.equal(socket.closed?.code, 4008);
  });

  it("gets of a value that changes faster than it reads the newest, and how many it missed", async () => {
    const { socket, served, say, change } = connect(PATIENT);
    say({ t: "sub", id: "s", topic: "stats" });
    const heard = (type: string) => {
      socket.drain();
      return socket.read.map((text) => JSON.parse(text)).filter(({ t }) => t === type);
    };
    await waitFor("the snapshot", () => heard("snapshot")[0]);
    change("stats");
    await waitFor("the value", () => heard("stats")[0]);
    assert.deepEqual(heard("gap"), []);
    for (let i = 0; i < 3; i++) change("stats");
    await waitFor("the newest value", () => heard("stats")[1]);
    assert.deepEqual(heard("gap"), [{ t: "gap", topic: "stats", dropped: 2 }]);
    assert.equal(heard("stats").length, 2);
    socket.close(1000, "");
    await served;
  });

  it("speaks up when there is nothing else to say", async () => {
    const { socket, served } = connect({ ...PATIENT, heartbeatMs: 10 });
    const beat = await waitFor("a heartbeat", () => {
      socket.drain();
      return socket.read.map((text) => JSON.parse(text)).find(({ t }) => t === "hb");
    });
    assert.equal(beat.c, `${EPOCH}.${EVENTS}`);
    socket.close(1000, "");
    await served;
  });
});
