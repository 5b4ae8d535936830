import type { PoolPort } from "@causeway/chain/chainReader";
import type { NetworkPort } from "@causeway/network/networkPort";
import { CausewayError } from "@causeway/protocol/errors";
import type { Address, Hash } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";
import type { Log } from "../ports/log.js";

/** Transactions from peers being checked at once, and their bytes; more are dropped and wait for the proposer that has them. */
const CHECKING_MAX = 4_096;
const CHECKING_BYTES_MAX = 32 * 1024 * 1024;
/** Peers asked for their pools at once; others wait, so that few answers are held in memory. */
const ASKED_MAX = 4;

type GossipNetwork = Pick<NetworkPort, "publishTransaction" | "requestPool">;

/**
 * Carries transactions between the pool and the network: what this node accepted first goes out, once. A peer that
 * connects is asked for what it has pooled, which gossip brings no more; or this node would let its turns as proposer
 * pass while transactions wait elsewhere (C14, N2).
 */
export class TransactionGossip {
  readonly #pool: PoolPort;
  readonly #network: GossipNetwork;
  readonly #log: Log;
  /** Hashes of transactions that came from peers and are being checked: gossip forwards those by itself. */
  readonly #checking = new Set<Hash>();
  readonly #unsubscribe: () => void;
  /** Connected peers still to be asked for their pools. */
  readonly #unasked = new Set<string>();
  #checkingBytes = 0;
  #asked = 0;

  constructor(pool: PoolPort, network: GossipNetwork, log: Log) {
    this.#pool = pool;
    this.#network = network;
    this.#log = log;
    this.#unsubscribe = pool.onTransaction(({ hash, raw }) => {
      if (!this.#checking.has(hash)) this.#network.publishTransaction(raw);
    });
  }

  /** A peer's transaction: bounded and unchecked. */
  async received(peer: string, raw: Uint8Array): Promise<void> {
    const hash = keccak256(raw) as Hash;
    if (this.#checking.size >= CHECKING_MAX || this.#checkingBytes >= CHECKING_BYTES_MAX) return;
    if (this.#checking.has(hash)) return;
    this.#checking.add(hash);
    this.#checkingBytes += raw.length;
    try {
      await this.#pool.add(raw);
    } catch (error) {
      this.#refused(peer, error);
    } finally {
      this.#checking.delete(hash);
      this.#checkingBytes -= raw.length;
    }
  }

  peerConnected(peer: string): void {
    this.#unasked.add(peer);
    this.#askNext();
  }

  peerGone(peer: string): void {
    this.#unasked.delete(peer);
  }

  /** What a peer that connects is given: of each sender the next transaction, then of each the one after it, and so on. */
  pooled(): Uint8Array[] {
    const places = new Map<Address, number>();
    return this.#pool
      .content()
      .pending.toSorted((a, b) => Number(a.nonce - b.nonce))
      .map(({ from, raw }) => {
        const place = places.get(from) ?? 0;
        places.set(from, place + 1);
        return { raw, place };
      })
      .sort((a, b) => a.place - b.place)
      .map(({ raw }) => raw);
  }

  stop(): void {
    this.#unsubscribe();
    this.#unasked.clear();
  }

  #askNext(): void {
    for (const peer of this.#unasked) {
      if (this.#asked >= ASKED_MAX) return;
      this.#unasked.delete(peer);
      this.#asked++;
      void this.#ask(peer).finally(() => {
        this.#asked--;
        this.#askNext();
      });
    }
  }

  /** One after the other, so that a large answer does not hold up everything else; what is new here is published, for others may lack it too. */
  async #ask(peer: string): Promise<void> {
    try {
      for (const raw of await this.#network.requestPool(peer))
        await this.#pool.add(raw).catch((error: unknown) => this.#refused(peer, error));
    } catch (error) {
      this.#log.debug({ peer, err: error }, "a peer's pool was not obtained");
    }
  }

  #refused(peer: string, error: unknown): void {
    const reason = error instanceof CausewayError ? error.message : error;
    this.#log.debug({ peer, reason }, "a peer's transaction was not pooled");
  }
}
