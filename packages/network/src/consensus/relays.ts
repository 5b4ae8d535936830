import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hex } from "@causeway/protocol/hex";
import { authorOfId, type Have, type MessageId, messageId } from "@causeway/protocol/wire/haveCodec";
import { BoundedSet } from "../boundedSet.js";
import {
  ANNOUNCE_AFTER_MS,
  RELAY_AFTER_MS,
  RELAYED_AUTHORS_MAX,
  RELAYED_MESSAGES_MAX,
  RELAYS_WAITING_MAX,
} from "../limits.js";

/** What relaying needs of connections and time. */
export interface RelayPorts<M> {
  /** Connected peers. */
  peers(): Iterable<string>;
  send(to: readonly string[], message: M): void;
  announce(to: string, have: Have): void;
  after(delayMs: number, run: () => void): void;
}

/** What is known of a peer. */
interface Peer {
  /** Messages it has for certain: it sent them, or said so. */
  readonly has: BoundedSet<MessageId>;
  /** Messages that are on their way to it. */
  readonly sent: BoundedSet<MessageId>;
  /** Messages that it was the first to bring. */
  readonly brought: BoundedSet<MessageId>;
  /** Authors whose messages reach it without this node. */
  readonly served: BoundedSet<Hex>;
  /** What it is going to be told. */
  readonly untold: Set<MessageId>;
}

/**
 * Brings everybody's messages to everybody (N2) without everybody sending everything: a broadcast tree per author, as in
 * Plumtree (Leitão, Pereira, Rodrigues, "Epidemic Broadcast Trees", SRDS 2007). Each node tells its peers by short ids
 * what it has. A message is passed on at once to peers that its author's messages do not reach otherwise, and to the
 * others only if they have not told of it in a while. What a peer has told of is never sent to it again (C11).
 *
 * Only what its host accepted is told of, so that nothing a host has dropped counts as arrived. A peer that lies about
 * what it has harms nobody but itself.
 */
export class Relays<M extends Pick<ConsensusMessage, "author" | "signature">> {
  readonly #ports: RelayPorts<M>;
  readonly #peers = new Map<string, Peer>();
  /** What this node's host accepted or made. */
  readonly #accepted = new BoundedSet<MessageId>(RELAYED_MESSAGES_MAX);
  #waiting = 0;
  #announcing = false;

  constructor(ports: RelayPorts<M>) {
    this.#ports = ports;
  }

  /** Send a message to every peer that has not told of it. */
  broadcast(message: M): void {
    const id = messageId(message);
    this.#accepted.add(id);
    const lacking = [...this.#ports.peers()].filter((name) => !this.#peer(name).has.has(id));
    this.#send(lacking, message);
  }

  /** A peer sent this. */
  received(from: string, message: M): void {
    const id = messageId(message);
    const peer = this.#peer(from);
    // What it did not have from here it has from others.
    if (!peer.has.has(id) && !peer.sent.has(id)) peer.served.add(authorOfId(id));
    peer.has.add(id);
    if (this.#accepted.has(id)) this.#tell(peer, id);
  }

  /** Pass on a message that this node's host has accepted as new. @param from who brought it. */
  relay(message: M, from: string): void {
    const id = messageId(message);
    this.#accepted.add(id);
    // Not of a peer that hung up while its message waited for the host: nobody would forget it again.
    this.#peers.get(from)?.brought.add(id);
    const eager: string[] = [];
    const lazy: string[] = [];
    for (const name of this.#ports.peers()) {
      const peer = this.#peer(name);
      this.#tell(peer, id);
      if (name === from || peer.has.has(id) || peer.sent.has(id)) continue;
      if (peer.served.has(authorOfId(id)) && this.#waiting < RELAYS_WAITING_MAX) lazy.push(name);
      else eager.push(name);
    }
    this.#send(eager, message);
    if (lazy.length === 0) return;
    this.#waiting += 1;
    this.#ports.after(RELAY_AFTER_MS, () => {
      this.#waiting -= 1;
      this.#sendLate(lazy, message);
    });
  }

  /** A peer tells what it has. */
  announced(from: string, { fromYou, fromOthers }: Have): void {
    const peer = this.#peer(from);
    for (const id of fromYou) peer.has.add(id);
    for (const id of fromOthers) {
      peer.has.add(id);
      peer.served.add(authorOfId(id));
    }
  }

  disconnected(name: string): void {
    this.#peers.delete(name);
  }

  /** Nobody else brought it there: from now on this author's messages go there at once. */
  #sendLate(to: readonly string[], message: M): void {
    const id = messageId(message);
    const missing = to.filter((name) => {
      const peer = this.#peers.get(name);
      return peer !== undefined && !peer.has.has(id) && !peer.sent.has(id);
    });
    for (const name of missing) this.#peer(name).served.delete(authorOfId(id));
    this.#send(missing, message);
  }

  #send(to: readonly string[], message: M): void {
    if (to.length === 0) return;
    const id = messageId(message);
    for (const name of to) this.#peer(name).sent.add(id);
    this.#ports.send(to, message);
  }

  #tell(peer: Peer, id: MessageId): void {
    peer.untold.add(id);
    if (this.#announcing) return;
    this.#announcing = true;
    this.#ports.after(ANNOUNCE_AFTER_MS, () => this.#announce());
  }

  #announce(): void {
    this.#announcing = false;
    for (const [name, { untold, brought }] of this.#peers) {
      if (untold.size === 0) continue;
      const [fromYou, fromOthers]: [MessageId[], MessageId[]] = [[], []];
      for (const id of untold) (brought.has(id) ? fromYou : fromOthers).push(id);
      untold.clear();
      this.#ports.announce(name, { fromYou, fromOthers });
    }
  }

  #peer(name: string): Peer {
    const known = this.#peers.get(name);
    if (known !== undefined) return known;
    const peer: Peer = {
      has: new BoundedSet(RELAYED_MESSAGES_MAX),
      sent: new BoundedSet(RELAYED_MESSAGES_MAX),
      brought: new BoundedSet(RELAYED_MESSAGES_MAX),
      served: new BoundedSet(RELAYED_AUTHORS_MAX),
      untold: new Set(),
    };
    this.#peers.set(name, peer);
    return peer;
  }
}
