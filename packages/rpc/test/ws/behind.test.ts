import assert from "node:assert/strict";
import type { Hex } from "@causeway/protocol/hex";
import { DEFAULT_LIMITS, type RpcLimits } from "../../src/limits.js";
import { IncomingBytes } from "../../src/server/incomingBytes.js";
import { OutgoingBytes } from "../../src/server/outgoingBytes.js";
import { RpcConnection } from "../../src/server/rpcConnection.js";
import { SharedBound } from "../../src/server/sharedBound.js";
import type { Notice } from "../../src/ws/notice.js";
import { NoticeLog } from "../../src/ws/noticeLog.js";
import type { Subscriber } from "../../src/ws/subscriber.js";
import { SILENT_LOG } from "../support/silentLog.js";

const KIB = 1_024;
/** A result of which one fills what a socket is given ahead. */
const large = (name: string) => JSON.stringify(name.padEnd(70 * KIB, "."));

/** A connection whose socket takes what the test says; a message in work ends when the test says. */
class SlowClient {
  /** What the socket was given, message by message: answers, or results without their padding. */
  readonly given: string[] = [];
  readonly warnings: string[] = [];
  isCut = false;
  nowMs = 0;
  readonly connection: RpcConnection;
  private readonly outgoing = new OutgoingBytes(100_000_000, () => assert.fail("too much waits"));
  private begun = "";
  private untaken: (() => void)[] = [];

  constructor(
    readonly notices: NoticeLog,
    limits: Partial<RpcLimits> = {},
  ) {
    this.connection = new RpcConnection(
      {
        send: (text, last, sent) => {
          this.begun += text;
          this.untaken.push(sent);
          if (!last) return;
          this.given.push(nameOf(this.begun));
          this.begun = "";
        },
        together: (sendAll: () => void) => sendAll(),
        pause: () => {},
        resume: () => {},
        terminate: () => {
          this.isCut = true;
        },
      },
      {
        answer: async (_text, subscriber) => this.work(subscriber as Subscriber),
        limits: { ...DEFAULT_LIMITS, ...limits },
        incoming: new IncomingBytes(1_000_000),
        watched: new SharedBound(1_000_000),
        outgoing: this.outgoing,
        notices,
        log: { ...SILENT_LOG, warn: (_fields, message) => this.warnings.push(message) },
      },
      this,
      () => this.nowMs,
    );
  }

  private work: (subscriber: Subscriber) => Promise<string> = async () => "";

  /** Bytes that count as waiting for it. */
  get bytesWaiting(): number {
    return this.outgoing.of(this.connection);
  }

  /** Have a message answered. */
  async ask(work: (subscriber: Subscriber) => Promise<string>): Promise<void> {
    this.work = work;
    await this.connection.receive("{}");
  }

  /** Subscribe to heads; the answer is "subscribed". */
  async subscribe(): Promise<Hex> {
    let id: Hex = "0x";
    await this.ask(async (subscriber) => {
      id = subscriber.subscribe({ kind: "newHeads" });
      return "subscribed";
    });
    return id;
  }

  happens(...results: string[]): void {
    this.notices.append(noticeOf(results));
    this.connection.notify();
  }

  /** The socket takes what it was given, or its first so many parts, and the connection its next turn. */
  async take(parts = this.untaken.length): Promise<void> {
    for (const sent of this.untaken.splice(0, parts)) sent();
    await new Promise(setImmediate);
  }

  async takeAll(): Promise<void> {
    while (this.untaken.length > 0) await this.take();
  }
}

function noticeOf(results: readonly string[], bytes = 1_000): Notice {
  return { kinds: new Set(["newHeads"]), bytes, results: () => results };
}

function nameOf(text: string): string {
  if (!text.startsWith("{")) return text;
  return (JSON.parse(text) as { params: { result: string } }).params.result.replace(/\.+$/, "");
}

describe("a connection that is behind", () => {
  let client: SlowClient;
  beforeEach(() => {
    client = new SlowClient(new NoticeLog());
  });

  it("is given the next notifications when it has taken some, in order, each once", async () => {
    await client.subscribe();
    client.happens(large("a1"), large("a2"));
    client.happens(large("b1"));
    client.happens('"c1"', '"c2"');
    assert.deepEqual(client.given, ["subscribed", "a1"]);
    await client.take();
    assert.deepEqual(client.given, ["subscribed", "a1", "a2"]);
    await client.takeAll();
    assert.deepEqual(client.given, ["subscribed", "a1", "a2", "b1", "c1", "c2"]);
    client.happens('"d1"');
    assert.equal(client.given.at(-1), "d1");
  });

  it("is answered at once, but not between the parts of a notification", async () => {
    await client.subscribe();
    client.happens(large("a"), JSON.stringify("long".padEnd(1_000 * KIB, ".")));
    await client.ask(async () => "first");
    assert.deepEqual(client.given, ["subscribed", "a", "first"]);
    await client.take();
    await client.ask(async () => "second");
    assert.deepEqual(client.given, ["subscribed", "a", "first"], "the long one has begun");
    await client.takeAll();
    assert.deepEqual(client.given, ["subscribed", "a", "first", "long", "second"]);
  });

  it("is idle only when the notification that was begun is sent, and the answer that waited for its end", async () => {
    await client.subscribe();
    client.happens(JSON.stringify("long".padEnd(1_000 * KIB, ".")));
    await client.ask(async () => "answer");
    const givenWhenIdle = client.connection.idle().then(() => [...client.given]);
    await client.takeAll();
    assert.deepEqual(await givenWhenIdle, ["subscribed", "long", "answer"]);
  });

  it("counts for nothing once it has closed, even an answer that waited for the end of a notification", async () => {
    await client.subscribe();
    client.happens(JSON.stringify("long".padEnd(1_000 * KIB, ".")));
    await client.ask(async () => "answer");
    assert.notEqual(client.bytesWaiting, 0);
    client.connection.end();
    await client.takeAll();
    assert.equal(client.bytesWaiting, 0);
    assert.deepEqual(client.given, ["subscribed"]);
  });

  it("hears nothing further of a subscription that it ended", async () => {
    const id = await client.subscribe();
    await client.subscribe();
    client.happens(large("a"), '"b"');
    client.happens('"c"');
    await client.ask(async (subscriber) => String(subscriber.unsubscribe(id)));
    await client.takeAll();
    assert.deepEqual(client.given, ["subscribed", "subscribed", "a", "true", "a", "b", "c"]);
  });

  it("hears of nothing that happened before it subscribed", async () => {
    await client.subscribe();
    client.happens(large("a"), large("b"));
    client.happens('"c"');
    await client.subscribe();
    client.happens('"d"');
    await client.takeAll();
    assert.deepEqual(client.given, ["subscribed", "a", "subscribed", "b", "c", "d", "d"]);
  });

  it("hears of what happened before the answer with the id after it, then of the rest", async () => {
    await client.subscribe();
    await client.ask(async (subscriber) => {
      subscriber.subscribe({ kind: "newHeads" });
      client.happens('"a"');
      client.happens(large("b"), large("c"));
      client.happens('"d"');
      assert.deepEqual(client.given, ["subscribed", "a", "b"], "the other subscription does not wait");
      return "late";
    });
    await client.takeAll();
    const [, ...told] = client.given;
    // The first hears the rest of the block it hears of, the second what it missed, both the last.
    assert.deepEqual(told, ["a", "b", "late", "c", "a", "b", "c", "d", "d"]);
  });

  it("is cut when more is kept for it than may wait for one client and it has taken nothing for 3 seconds", async () => {
    client = new SlowClient(new NoticeLog(), { bufferedBytesMax: 1_000 });
    await client.subscribe();
    await client.takeAll();
    client.nowMs = 10_000;
    for (const name of ["a", "b", "c"]) client.happens(large(name));
    await client.ask(async () => "answer");
    client.nowMs += 3_000;
    client.happens(large("d"));
    await client.take(1);
    client.nowMs += 3_000;
    client.happens(large("e"));
    assert.equal(client.isCut, false, "it took something in time");
    while (client.given.at(-1) !== "e") await client.take();
    client.nowMs += 3_001;
    client.happens('"f"');
    assert.equal(client.isCut, false, "e and f alone may wait");
    client.happens('"g"');
    assert.equal(client.isCut, true);
    assert.deepEqual(client.warnings, ["rpc client reads too slowly: disconnected"]);
  });

  it("is cut when more is kept for it than for all together may be, the newest not counted", async () => {
    client = new SlowClient(new NoticeLog(), { bufferedBytesMax: 100, bufferedBytesTotalMax: 2_000 });
    await client.subscribe();
    for (const name of ["a", "b", "c"]) client.happens(large(name));
    assert.equal(client.isCut, false);
    client.happens('"d"');
    assert.equal(client.isCut, true);
    assert.deepEqual(client.warnings, ["rpc client reads too slowly: disconnected"]);
  });

  it("is not cut for what came before it subscribed, nor for anything while it has no subscription", async () => {
    client = new SlowClient(new NoticeLog(), { bufferedBytesMax: 100, bufferedBytesTotalMax: 2_000 });
    for (let i = 0; i < 10; i++) client.happens('"a"');
    const id = await client.subscribe();
    client.happens(large("b"));
    await client.ask(async (subscriber) => String(subscriber.unsubscribe(id)));
    for (let i = 0; i < 10; i++) client.happens('"c"');
    await client.subscribe();
    client.happens('"d"');
    assert.equal(client.isCut, false);
    await client.takeAll();
    assert.deepEqual(client.given, ["subscribed", "b", "true", "subscribed", "d"]);
  });

  it("is cut when what it subscribed to waits too long for the answer with the id", async () => {
    client = new SlowClient(new NoticeLog(), { bufferedBytesTotalMax: 2_000 });
    await client.ask(async (subscriber) => {
      subscriber.subscribe({ kind: "newHeads" });
      for (const name of ["a", "b", "c"]) client.happens(JSON.stringify(name));
      assert.equal(client.isCut, false);
      client.happens('"d"');
      return "";
    });
    assert.equal(client.isCut, true);
    assert.deepEqual(client.given, []);
  });
});
