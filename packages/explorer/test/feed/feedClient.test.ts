import { strict as assert } from "node:assert";
import { FeedClient, type FeedSocket } from "../../src/feed/feedClient.js";
import { waitFor } from "../support/waitFor.js";

/** The server's end of a socket, played by hand. */
class ScriptedSocket implements FeedSocket {
  readonly sent: Record<string, unknown>[] = [];
  readonly #message: ((event: { data: unknown }) => void)[] = [];
  readonly #close: ((event: { code: number; reason: string }) => void)[] = [];

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Record<string, unknown>);
  }

  close(): void {
    this.drop();
  }

  addEventListener(type: string, listener: never): void {
    if (type === "message") this.#message.push(listener);
    if (type === "close") this.#close.push(listener);
  }

  say(message: object): void {
    for (const listener of this.#message) listener({ data: JSON.stringify(message) });
  }

  drop(): void {
    for (const listener of this.#close) listener({ code: 1006, reason: "" });
  }
}

const EPOCH = "00112233aabbccdd";

describe("feed client", () => {
  let sockets: ScriptedSocket[];
  let client: FeedClient;
  let seen: string[];
  let refusals: string[];

  beforeEach(() => {
    sockets = [];
    seen = [];
    refusals = [];
    client = new FeedClient({
      url: "ws://test",
      open: () => {
        const socket = new ScriptedSocket();
        sockets.push(socket);
        return socket;
      },
      random: () => 0,
      retryMinMs: 1,
    });
  });

  afterEach(() => client.close());

  const socket = (i: number) => waitFor(`connection ${i}`, () => sockets[i]);
  const follow = (options: { snapshot?: boolean } = {}) =>
    client.subscribe({
      topic: "blocks",
      ...options,
      onEvent: ({ cursor }) => seen.push(cursor),
      onSnapshot: () => seen.push("snapshot"),
      onRefused: ({ code }) => refusals.push(code),
    });
  const event = (seq: number) => ({ c: `${EPOCH}.${seq}`, s: ["1"], t: "block.add", d: {} });

  it("resumes after the last event it handled", async () => {
    follow();
    const first = await socket(0);
    first.say({ t: "hello" });
    first.say({ t: "ack", id: "1", cursor: `${EPOCH}.4` });
    first.say(event(5));
    first.drop();
    const second = await socket(1);
    second.say({ t: "hello" });
    assert.deepEqual(second.sent, [{ t: "sub", id: "1", topic: "blocks", from: { cursor: `${EPOCH}.5` } }]);
  });

  it("handles an event once, also when it is sent again", async () => {
    follow();
    const first = await socket(0);
    first.say({ t: "hello" });
    for (const seq of [1, 2, 2, 1, 3]) first.say(event(seq));
    assert.deepEqual(
      seen,
      [1, 2, 3].map((seq) => `${EPOCH}.${seq}`),
    );
  });

  it("asks for a snapshot when its cursor has expired", async () => {
    follow({ snapshot: true });
    const first = await socket(0);
    first.say({ t: "hello" });
    first.say(event(1));
    first.say({ t: "err", id: "1", code: "cursor_expired", message: "" });
    assert.deepEqual(first.sent.at(-1), { t: "sub", id: "1", topic: "blocks", snapshot: true });
    first.say({ t: "snapshot", id: "1", c: `${EPOCH}.90`, d: [] });
    assert.deepEqual(seen, [`${EPOCH}.1`, "snapshot"]);
  });

  it("ends a subscription that was refused for good", async () => {
    follow();
    const first = await socket(0);
    first.say({ t: "hello" });
    first.say({ t: "err", id: "1", code: "limit", message: "too many" });
    first.drop();
    const second = await socket(1);
    second.say({ t: "hello" });
    assert.deepEqual(second.sent, []);
    assert.deepEqual(refusals, ["limit"]);
  });

  it("keeps its cursor in the store it was given", async () => {
    const saved: string[] = [];
    client.subscribe({
      topic: "txs",
      store: { load: () => `${EPOCH}.7`, save: (cursor) => saved.push(cursor) },
      onEvent: () => undefined,
    });
    const first = await socket(0);
    first.say({ t: "hello" });
    assert.deepEqual(first.sent, [{ t: "sub", id: "1", topic: "txs", from: { cursor: `${EPOCH}.7` } }]);
    first.say(event(8));
    assert.deepEqual(saved, [`${EPOCH}.8`]);
  });
});
