import assert from "node:assert/strict";
import type { Address, Signature } from "@causeway/protocol/hex";
import { type Have, messageId } from "@causeway/protocol/wire/haveCodec";
import { Relays } from "../../src/consensus/relays.js";
import { ANNOUNCE_AFTER_MS, RELAY_AFTER_MS, RELAYED_MESSAGES_MAX } from "../../src/limits.js";

interface Message {
  readonly author: Address;
  readonly signature: Signature;
}

/** A message of validator `author`, told apart by its number. */
function message(author: string, number: number): Message {
  return {
    author: `0x${author.charCodeAt(0).toString(16).repeat(20)}`,
    signature: `0x${number.toString(16).padStart(16, "0")}${"00".repeat(57)}`,
  };
}

/** Nodes named by letters, each a validator, joined by links that carry in no time until they are cut. */
class Network {
  readonly arrived = new Map<string, { from: string; message: Message }[]>();
  announcements = 0;
  readonly #relays = new Map<string, Relays<Message>>();
  readonly #links = new Set<string>();
  readonly #dead = new Set<string>();
  #timers: { atMs: number; run: () => void }[] = [];
  #nowMs = 0;

  constructor(links: readonly string[]) {
    for (const [a, b] of links.map((link) => [link[0] as string, link[1] as string])) {
      this.#links.add(`${a}${b}`).add(`${b}${a}`);
      for (const name of [a, b]) if (!this.#relays.has(name as string)) this.#add(name as string);
    }
  }

  #add(name: string): void {
    this.arrived.set(name, []);
    const relays = new Relays<Message>({
      peers: () => [...this.#relays.keys()].filter((other) => this.#links.has(`${name}${other}`)),
      send: (to, sent) => {
        for (const other of to) this.carry(name, other, sent);
      },
      announce: (to, have) => {
        this.announcements += 1;
        if (!this.#dead.has(`${name}${to}`)) this.#relays.get(to)?.announced(name, have);
      },
      after: (delayMs, run) => this.#timers.push({ atMs: this.#nowMs + delayMs, run }),
    });
    this.#relays.set(name, relays);
  }

  /** What one node sends another, which passes on what is new to it. */
  carry(from: string, to: string, sent: Message): void {
    if (this.#dead.has(`${from}${to}`)) return;
    const arrivals = this.arrived.get(to) as { from: string; message: Message }[];
    const isNew = !arrivals.some((arrival) => messageId(arrival.message) === messageId(sent));
    arrivals.push({ from, message: sent });
    const relays = this.#relays.get(to) as Relays<Message>;
    relays.received(from, sent);
    if (isNew) this.#timers.push({ atMs: this.#nowMs, run: () => relays.relay(sent, from) });
  }

  /** A validator says something, or says it again. */
  broadcast(author: string, number: number): Message {
    const sent = message(author, number);
    this.arrived.get(author)?.push({ from: author, message: sent });
    this.relaysOf(author).broadcast(sent);
    return sent;
  }

  /** A byzantine validator says something to some only. */
  tell(author: string, number: number, to: readonly string[]): Message {
    const sent = message(author, number);
    for (const other of to) this.carry(author, other, sent);
    return sent;
  }

  relaysOf(name: string): Relays<Message> {
    return this.#relays.get(name) as Relays<Message>;
  }

  /** What `from` sends does not reach `to` any more, and neither notices. */
  kill(from: string, to: string): void {
    this.#dead.add(`${from}${to}`);
  }

  pass(durationMs: number): void {
    const endMs = this.#nowMs + durationMs;
    for (;;) {
      this.#timers.sort((a, b) => a.atMs - b.atMs);
      const next = this.#timers[0];
      if (next === undefined || next.atMs > endMs) break;
      this.#timers.shift();
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = endMs;
  }

  /** Copies of one message that arrived at a node. */
  copies(at: string, of: Message): number {
    return this.sources(at, of).length;
  }

  sources(at: string, of: Message): string[] {
    const arrivals = this.arrived.get(at) as { from: string; message: Message }[];
    return arrivals.filter((arrival) => messageId(arrival.message) === messageId(of)).map(({ from }) => from);
  }
}

const NAMES = ["a", "b", "c", "d", "e"];
const MESH = NAMES.flatMap((x) => NAMES.filter((y) => y > x).map((y) => `${x}${y}`));
const LONG_MS = 10 * RELAY_AFTER_MS;

/** Everybody has said a few things, so that it is known who gets whose messages from whom. */
function settled(network: Network, names: readonly string[]): void {
  for (let round = 0; round < 3; round++) {
    for (const [i, name] of names.entries()) network.broadcast(name, 10 * round + i);
    network.pass(LONG_MS);
  }
}

describe("relays (N2)", () => {
  it("among nodes all connected with each other, each message arrives once from then on", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    const sent = network.broadcast("a", 100);
    network.pass(LONG_MS);
    for (const name of ["b", "c", "d", "e"]) assert.deepEqual(network.sources(name, sent), ["a"]);
  });

  it("what a node has is told together, not one by one", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    const before = network.announcements;
    for (let i = 0; i < 10; i++) network.broadcast("a", 100 + i);
    network.pass(ANNOUNCE_AFTER_MS);
    // Each of the four that got them tells the four others once.
    assert.equal(network.announcements - before, 16);
  });

  it("a message sent to one only reaches everybody", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    const sent = network.tell("a", 100, ["b"]);
    network.pass(RELAY_AFTER_MS);
    for (const name of ["c", "d", "e"]) assert.ok(network.copies(name, sent) > 0, name);
  });

  it("C15: what contradicts itself, told to different nodes, meets", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    const [left, right] = [network.tell("a", 100, ["b", "c"]), network.tell("a", 101, ["d", "e"])];
    network.pass(2 * RELAY_AFTER_MS);
    for (const name of ["b", "c", "d", "e"])
      for (const half of [left, right]) assert.ok(network.copies(name, half) > 0, name);
  });

  it("a link that died unnoticed costs one delay, then the others step in at once", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    network.kill("a", "e");
    const first = network.broadcast("a", 100);
    network.pass(RELAY_AFTER_MS - 1);
    assert.equal(network.copies("e", first), 0);
    network.pass(1);
    assert.ok(network.copies("e", first) > 0);
    network.pass(LONG_MS);
    const second = network.broadcast("a", 101);
    network.pass(0);
    assert.ok(network.copies("e", second) > 0);
    network.pass(LONG_MS);
    const third = network.broadcast("a", 102);
    network.pass(LONG_MS);
    assert.equal(network.copies("e", third), 1, "one of the others is enough");
  });

  it("through a node in the middle everything passes without delay", () => {
    const network = new Network(["ac", "bc", "cd"]);
    for (let i = 0; i < 3; i++) {
      const sent = network.broadcast("a", i);
      network.pass(0);
      assert.deepEqual(network.sources("b", sent), ["c"]);
      assert.deepEqual(network.sources("d", sent), ["c"]);
      network.pass(LONG_MS);
    }
  });

  it("around a ring each message arrives on both sides and stops there", () => {
    const network = new Network(["ab", "bc", "cd", "de", "ea"]);
    settled(network, NAMES);
    const sent = network.broadcast("a", 100);
    network.pass(LONG_MS);
    for (const name of ["b", "c", "d", "e"]) assert.equal(network.copies(name, sent), 1, name);
  });

  it("a peer that claims to have everything is told nothing twice, and harms nobody else", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    const next = message("a", 100);
    network.relaysOf("b").announced("e", { fromYou: [], fromOthers: [messageId(next)] });
    const sent = network.tell("a", 100, ["b"]);
    network.pass(LONG_MS);
    for (const name of ["c", "d"]) assert.ok(network.copies(name, sent) > 0, name);
    assert.ok(!network.sources("e", sent).includes("b"));
  });

  it("C11: what is said again goes only to who has not told of it", () => {
    const network = new Network(MESH);
    settled(network, NAMES);
    network.kill("a", "e");
    const sent = network.broadcast("a", 100);
    network.broadcast("a", 100);
    network.pass(0);
    for (const name of ["b", "c", "d"]) assert.equal(network.copies(name, sent), 2, "not told yet");
    network.pass(LONG_MS);
    network.broadcast("a", 100);
    network.pass(LONG_MS);
    for (const name of ["b", "c", "d"]) assert.equal(network.copies(name, sent), 2, name);
    network.relaysOf("a").disconnected("b");
    network.broadcast("a", 100);
    assert.equal(network.copies("b", sent), 3, "it may have forgotten");
  });

  it("C11: only what the host accepted is told of: the rest is said again", () => {
    const told: Have[] = [];
    let flush = () => {};
    const relays = new Relays<Message>({
      peers: () => ["x", "y"],
      send: () => {},
      announce: (_to, have) => told.push(have),
      after: (delayMs, run) => {
        if (delayMs === ANNOUNCE_AFTER_MS) flush = run;
      },
    });
    const [dropped, kept] = [message("a", 1), message("a", 2)];
    for (const from of ["x", "y"]) for (const each of [dropped, kept]) relays.received(from, each);
    relays.relay(kept, "x");
    flush();
    const id = messageId(kept);
    assert.deepEqual(told, [
      { fromYou: [id], fromOthers: [] },
      { fromYou: [], fromOthers: [id] },
    ]);
  });

  it("forgets a peer that hung up before the host accepted what it had brought", () => {
    const connected = new Set(["x"]);
    const told: Have[] = [];
    const due: (() => void)[] = [];
    const relays = new Relays<Message>({
      peers: () => connected,
      send: () => {},
      announce: (_to, have) => told.push(have),
      after: (_delayMs, run) => due.push(run),
    });
    const brought = message("a", 0);
    relays.received("x", brought);
    connected.delete("x");
    relays.disconnected("x");
    relays.relay(brought, "x");
    connected.add("x");
    relays.received("x", brought);
    for (const run of due) run();
    // As from a peer that brings what others had brought before: of the one that hung up nothing is known.
    assert.deepEqual(told, [{ fromYou: [], fromOthers: [messageId(brought)] }]);
  });

  it("remembers a bounded number of messages: the oldest are new again", () => {
    const sent: string[] = [];
    const relays = new Relays<Message>({
      peers: () => ["x"],
      send: (to) => sent.push(...to),
      announce: () => {},
      after: () => {},
    });
    const first = message("a", 0);
    relays.relay(first, "y");
    relays.relay(first, "y");
    assert.equal(sent.length, 1);
    for (let i = 1; i <= RELAYED_MESSAGES_MAX; i++) relays.relay(message("b", i), "y");
    const before = sent.length;
    relays.relay(first, "y");
    assert.equal(sent.length, before + 1);
  });
});
