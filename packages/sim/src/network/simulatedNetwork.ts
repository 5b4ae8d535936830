import type { NetworkHandlers } from "@causeway/network/networkPort";
import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import type { Have } from "@causeway/protocol/wire/haveCodec";
import type { MessagePath } from "../backend/messagePath.js";
import type { Life, PointKind } from "../node/life.js";
import { PRIORITY } from "../time/scheduler.js";
import type { Links } from "./links.js";

/** A node on the network in one of its lives. */
export interface Endpoint {
  readonly index: number;
  readonly id: string;
  readonly life: Life;
  readonly handlers: { -readonly [name in keyof NetworkHandlers]: NetworkHandlers[name] };
  readonly connections: Map<number, Connection>;
  /** What it makes of messages that arrive. */
  readonly path: MessagePath;
  /** A peer tells which messages it has. */
  onHave(from: string, have: Have): void;
  /** What it had by gossip, so that it passes each thing on once. */
  readonly gossiped: Set<string>;
}

/** One side of a connection; a new one after each reconnect, so that nothing arrives over an old one. */
export interface Connection {
  readonly to: Endpoint;
  validator: Address | null;
  /** Height the other side last told. */
  height: number;
  open: boolean;
  /** Virtual time at which the last of what was sent so far arrives. */
  arrivedMs: number;
}

/** What the network needs of the world around it. */
export interface NetworkWorld {
  readonly links: Links;
  /** Run something at a node after a delay, if that life of it still lasts; held back while the node is paused. */
  at(
    endpoint: Pick<Endpoint, "index" | "life">,
    delayMs: number,
    priority: number,
    run: () => void,
  ): () => void;
  /** A node lowered another's score (N2). */
  penalised(penalty: Penalty): void;
  /** Milliseconds of virtual time. */
  now(): number;
}

/** Points one node gives another. */
export interface Penalty {
  readonly by: number;
  readonly whom: number;
  readonly rule: string;
  readonly points: number;
  /** They were the last ones: the other is banned. */
  readonly banned: boolean;
}

/** A lost connection is noticed after this long, and tried again as often. */
const RECONNECT_MS = 1_000;
/** A peer that was banned stays away for this long. */
const BAN_MS = 60_000;

/** The network all nodes of a simulation share: connections come and go, messages travel as the links let them. */
export class SimulatedNetwork {
  readonly #world: NetworkWorld;
  readonly #endpoints = new Map<number, Endpoint>();
  /** Pairs that may not connect before a time. */
  readonly #banned = new Set<string>();

  constructor(world: NetworkWorld) {
    this.#world = world;
  }

  get endpoints(): Iterable<Endpoint> {
    return this.#endpoints.values();
  }

  /** The node started: connections to all others follow. */
  join(endpoint: Endpoint): void {
    this.leave(endpoint.index);
    this.#endpoints.set(endpoint.index, endpoint);
    for (const other of this.#endpoints.values())
      if (other !== endpoint) this.#connectLater(endpoint, other, this.#handshakeMs());
  }

  /** The node is gone: the others notice. */
  leave(index: number): void {
    const gone = this.#endpoints.get(index);
    if (gone === undefined) return;
    this.#endpoints.delete(index);
    for (const { to } of [...gone.connections.values()]) this.#close(gone, to);
  }

  /** Connect who is not connected: links were restored. */
  reconnect(): void {
    this.#banned.clear();
    for (const a of this.#endpoints.values())
      for (const b of this.#endpoints.values())
        if (a.index < b.index && !a.connections.has(b.index)) this.#connectLater(a, b, this.#handshakeMs());
  }

  /**
   * Both sides lose their connection, as after a TCP timeout, and try again until they can.
   * @returns whether they had one.
   */
  disconnect(a: number, b: number): boolean {
    const [left, right] = [this.#endpoints.get(a), this.#endpoints.get(b)];
    // Nobody is connected to himself, nor would be after this.
    if (left === undefined || right === undefined || left === right) return false;
    const wereConnected = left.connections.has(b);
    this.#close(left, right);
    this.#connectLater(left, right, RECONNECT_MS);
    return wereConnected;
  }

  /** The node signs with another key from now on: its peers learn it (V4). */
  proveKey(self: Endpoint): void {
    const validator = keyOf(self);
    for (const { to } of self.connections.values()) {
      const back = to.connections.get(self.index);
      if (back !== undefined) back.validator = validator;
    }
  }

  ban(by: Endpoint, whom: number): void {
    const other = this.#endpoints.get(whom);
    if (other === undefined) return;
    this.#banned.add(pair(by.index, whom));
    this.#close(by, other);
    this.#world.at(by, BAN_MS, PRIORITY.fault, () => {
      this.#banned.delete(pair(by.index, whom));
      this.#connectLater(by, other, 0);
    });
  }

  /** Carry something over an open connection; `deliver` runs at the other end for each copy that arrives. */
  carry(from: Endpoint, connection: Connection, deliver: () => void): void {
    const { links } = this.#world;
    const { to } = connection;
    if (!connection.open || links.isCut(from.index, to.index)) return;
    for (const delayMs of links.delaysMs()) {
      const arrivesMs = this.#world.now() + delayMs;
      if (arrivesMs < connection.arrivedMs) links.counts.overtaken += 1;
      else connection.arrivedMs = arrivesMs;
      this.#world.at(to, delayMs, PRIORITY.arrival, () => {
        if (connection.open && !links.isCut(from.index, to.index)) deliver();
      });
    }
  }

  /**
   * Flood something from node to node, each of which passes on what it accepts. Where everybody is connected to everybody
   * nothing is passed on: it would only arrive again.
   * @param point at which a sender may lose power.
   * @param arrive hands it to a node; whether the node accepts it.
   */
  gossip(
    from: Endpoint,
    point: PointKind,
    what: string,
    arrive: (at: Endpoint, from: Endpoint) => Promise<boolean>,
  ): void {
    from.gossiped.add(what);
    for (const connection of [...from.connections.values()]) {
      const { to } = connection;
      if (!from.life.survives(point)) return;
      this.carry(from, connection, () => {
        if (this.#world.links.isFullMesh) return void arrive(to, from);
        if (to.gossiped.has(what)) return;
        to.gossiped.add(what);
        void arrive(to, from).then((accepted) => {
          if (accepted && to.life.alive) this.gossip(to, point, what, arrive);
        });
      });
    }
  }

  #connectLater(a: Endpoint, b: Endpoint, delayMs: number): void {
    this.#world.at(a, delayMs, PRIORITY.arrival, () => this.#connect(a, b));
  }

  #connect(a: Endpoint, b: Endpoint): void {
    const isHere = (endpoint: Endpoint) =>
      this.#endpoints.get(endpoint.index) === endpoint && endpoint.life.alive;
    if (!isHere(a) || !isHere(b) || a.connections.has(b.index)) return;
    const { links } = this.#world;
    if (links.isMissing(a.index, b.index) || this.#banned.has(pair(a.index, b.index))) return;
    if (links.isCut(a.index, b.index) || links.isCut(b.index, a.index)) {
      this.#connectLater(a, b, RECONNECT_MS);
      return;
    }
    const [seenByA, seenByB] = [connectionTo(b), connectionTo(a)];
    a.connections.set(b.index, seenByA);
    b.connections.set(a.index, seenByB);
    a.handlers.onPeerConnected(peerOf(seenByA));
    b.handlers.onPeerConnected(peerOf(seenByB));
  }

  #close(a: Endpoint, b: Endpoint): void {
    for (const [side, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const connection = side.connections.get(other.index);
      if (connection === undefined) continue;
      connection.open = false;
      side.connections.delete(other.index);
      if (side.life.alive) side.handlers.onPeerDisconnected(other.id);
    }
  }

  #handshakeMs(): number {
    return this.#world.links.faults.delayMsMax;
  }
}

export function peerOf({ to, validator, height }: Connection) {
  return { id: to.id, validator, height, score: 0 };
}

function connectionTo(to: Endpoint): Connection {
  return { to, validator: keyOf(to), height: to.handlers.headHeight(), open: true, arrivedMs: 0 };
}

function keyOf({ handlers }: Endpoint): Address | null {
  return handlers.signHandshake(ZERO_HASH)?.validator ?? null;
}

function pair(a: number, b: number): string {
  return `${Math.min(a, b)}-${Math.max(a, b)}`;
}
