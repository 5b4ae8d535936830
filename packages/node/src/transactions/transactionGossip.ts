import type { NodePool } from "@causeway/chain/openChain";
import { rejectionReason } from "@causeway/chain/pool/poolRejection";
import type { PoolPort } from "@causeway/chain/poolPort";
import { PENALTY } from "@causeway/network/limits";
import type { NetworkPort, TransactionVerdict } from "@causeway/network/networkPort";
import type { Hash } from "@causeway/protocol/hex";
import { POOL_TRANSACTIONS_MAX } from "@causeway/protocol/wire/frameLimits";
import { keccak256 } from "ethers";
import type { Clock } from "../ports/clock.js";
import type { Logger } from "../ports/logger.js";
import type { Timers } from "../ports/timers.js";
import { Reannouncement } from "./reannouncement.js";
import { TimeSlices } from "./timeSlices.js";

/** Peers asked for their pools at once; others wait, so that few answers are held in memory. */
const ASKED_MAX = 4;
/** Transactions remembered that wait for those before them and that gossip has passed on; what the pool keeps behind gaps. */
const PASSED_ON_MAX = 1_024;

export interface TransactionGossipParts {
  readonly pool: Pick<PoolPort, "add" | "get" | "onTransaction"> & Pick<NodePool, "pendingByTurn">;
  readonly network: Pick<NetworkPort, "publishTransaction" | "requestPool" | "penalise">;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Logger;
}

/**
 * Carries transactions between the pool and the network. What this node pooled first goes out once, when nothing is
 * missing before it; what a peer sent goes on only if it is pooled. A peer that connects is asked for what it has pooled,
 * which gossip brings no more; or this node would let its turns as proposer pass while transactions wait elsewhere (C14,
 * N2).
 */
export class TransactionGossip {
  readonly #parts: TransactionGossipParts;
  /** Of peers, under judgement or waiting for those before them: gossip passes them on by itself. */
  readonly #passedOn = new Set<Hash>();
  readonly #own: Reannouncement;
  readonly #unsubscribe: () => void;
  /** Connected peers still to be asked for their pools. */
  readonly #unasked = new Set<string>();
  readonly #slices: TimeSlices;
  #asked = 0;

  constructor(parts: TransactionGossipParts) {
    this.#parts = parts;
    this.#slices = new TimeSlices(parts);
    const { pool, clock, network } = parts;
    this.#own = new Reannouncement({ pool, clock, publish: (raw) => network.publishTransaction(raw) });
    for (const transaction of pool.pendingByTurn()) this.#own.restored(transaction);
    this.#unsubscribe = pool.onTransaction((transaction) => {
      if (!this.#passedOn.delete(transaction.hash)) this.#own.publish(transaction);
    });
  }

  /** A peer's transaction: bounded and unchecked. @returns whether it may go on to others. */
  async received(peer: string, raw: Uint8Array): Promise<TransactionVerdict> {
    const hash = keccak256(raw) as Hash;
    this.#passedOn.add(hash);
    if (this.#passedOn.size > PASSED_ON_MAX)
      this.#passedOn.delete(this.#passedOn.keys().next().value as Hash);
    const verdict = await this.#pool(peer, raw);
    if (verdict !== "accept") this.#passedOn.delete(hash);
    return verdict;
  }

  headMoved(): void {
    this.#own.headMoved();
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
    const transactions: Uint8Array[] = [];
    for (const { raw } of this.#parts.pool.pendingByTurn()) {
      if (transactions.push(raw) >= POOL_TRANSACTIONS_MAX) break;
    }
    return transactions;
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

  /** One after the other; what is new here is published, for others may lack it too. */
  async #ask(peer: string): Promise<void> {
    const { network, log } = this.#parts;
    try {
      for (const raw of await network.requestPool(peer)) {
        if ((await this.#pool(peer, raw)) !== "reject") continue;
        return network.penalise(peer, "N2.invalidTransaction", PENALTY.invalidTransaction);
      }
    } catch (error) {
      log.debug({ peer, err: error }, "a peer's pool was not obtained");
    }
  }

  /** However many arrive, the event loop gets its turns. */
  async #pool(peer: string, raw: Uint8Array): Promise<TransactionVerdict> {
    await this.#slices.next();
    try {
      await this.#parts.pool.add(raw, peer);
      return "accept";
    } catch (error) {
      const reason = rejectionReason(error);
      if (reason === null) throw error;
      this.#parts.log.debug({ peer, reason }, "a peer's transaction was not pooled");
      return reason === "invalid" ? "reject" : "ignore";
    }
  }
}
