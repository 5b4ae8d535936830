import { setTimeout as delay } from "node:timers/promises";
import type { Address, Hex } from "@causeway/protocol/hex";
import type { Connection, Stream } from "@libp2p/interface";
import {
  CONSENSUS_RATE,
  GOSSIP_RATE,
  HEAD_RATE,
  HELLO_RATE,
  POOL_RATE,
  SERVED_RATE,
  STRANGER_CONSENSUS_RATE,
  STRANGER_SYNC_RATE,
  STREAM_OPEN_TIMEOUT_MS,
  STREAM_REOPEN_MS,
  SYNC_RATE,
  TRANSACTION_RATE,
} from "../limits.js";
import { CONSENSUS_PROTOCOL } from "../protocols.js";
import { RateLimiter } from "../rates/rateLimiter.js";
import { sendMessage } from "../streams/sendMessage.js";
import { OutgoingQueue } from "./outgoingQueue.js";

/** A handshaken peer: its connections, its queue of outgoing consensus messages, and its rates. */
export class PeerSession {
  readonly rates: Readonly<
    Record<
      | "hello"
      | "consensus"
      | "strangerConsensus"
      | "sync"
      | "strangerSync"
      | "served"
      | "gossip"
      | "transactions"
      | "heads"
      | "pool",
      RateLimiter
    >
  >;
  private readonly connections = new Set<Connection>();
  private readonly queue: OutgoingQueue;
  private readonly closing = new AbortController();
  private stream: Stream | null = null;
  private pumping = false;

  /** @param queueBytesMax bound of the outgoing queue. @param now monotonic milliseconds. */
  constructor(
    readonly id: string,
    /** Of the peer's process: with another one it has started anew. */
    readonly life: Hex,
    public validator: Address | null,
    public height: number,
    queueBytesMax: number,
    now: () => number,
    private readonly onDropped: (total: number) => void,
  ) {
    this.queue = new OutgoingQueue(queueBytesMax);
    this.rates = {
      hello: new RateLimiter(HELLO_RATE, now),
      consensus: new RateLimiter(CONSENSUS_RATE, now),
      strangerConsensus: new RateLimiter(STRANGER_CONSENSUS_RATE, now),
      sync: new RateLimiter(SYNC_RATE, now),
      strangerSync: new RateLimiter(STRANGER_SYNC_RATE, now),
      served: new RateLimiter(SERVED_RATE, now),
      gossip: new RateLimiter(GOSSIP_RATE, now),
      transactions: new RateLimiter(TRANSACTION_RATE, now),
      pool: new RateLimiter(POOL_RATE, now),
      heads: new RateLimiter(HEAD_RATE, now),
    };
  }

  /** Aborts when the session ends. */
  get signal(): AbortSignal {
    return this.closing.signal;
  }

  /** The newest open connection: an older one may be dead without knowing it yet. */
  get connection(): Connection | undefined {
    return [...this.connections].findLast(({ status }) => status === "open");
  }

  /** Two nodes that dial each other at once have two connections, a broken one lingers: move to the newest. */
  addConnection(connection: Connection): void {
    this.connections.add(connection);
    const old = this.stream;
    this.stream = null;
    if (old?.writableNeedsDrain) old.abort(new Error("replaced by a newer connection"));
    else old?.close().catch(() => undefined);
  }

  /** @returns true when it was the last: the session is over. */
  removeConnection(connection: Connection): boolean {
    this.connections.delete(connection);
    return this.connections.size === 0;
  }

  /** Queue a message for the one long-lived stream to this peer. */
  send(message: Uint8Array): void {
    const before = this.queue.dropped;
    this.queue.push(message);
    if (this.queue.dropped > before) this.onDropped(this.queue.dropped);
    if (!this.pumping) void this.pump();
  }

  close(): void {
    this.closing.abort();
  }

  /** What is left of a peer that has started anew. */
  abortConnections(): void {
    for (const connection of [...this.connections]) connection.abort(new Error("its peer has started anew"));
  }

  /** Send until the queue is empty; a broken stream is opened again while the peer is connected. */
  private async pump(): Promise<void> {
    this.pumping = true;
    while (this.queue.length > 0 && !this.signal.aborted) {
      try {
        const stream = await this.openStream();
        const message = this.queue.shift();
        if (message !== undefined) await sendMessage(stream, message, this.signal);
      } catch {
        await delay(STREAM_REOPEN_MS, undefined, { signal: this.signal }).catch(() => undefined);
      }
    }
    this.pumping = false;
  }

  private async openStream(): Promise<Stream> {
    if (this.stream?.status === "open") return this.stream;
    const { connection } = this;
    if (connection === undefined) throw new Error("no open connection");
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(STREAM_OPEN_TIMEOUT_MS)]);
    this.stream = await connection.newStream(CONSENSUS_PROTOCOL, { signal });
    return this.stream;
  }
}
