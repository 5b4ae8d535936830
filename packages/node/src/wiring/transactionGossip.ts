import type { PoolPort } from "@causeway/chain/chainReader";
import type { NetworkPort } from "@causeway/network/networkPort";
import { CausewayError } from "@causeway/protocol/errors";
import type { Hash } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";
import type { Log } from "../ports/log.js";

/** Transactions from peers being checked at once, and their bytes; more are dropped and wait for the proposer that has them. */
const CHECKING_MAX = 4_096;
const CHECKING_BYTES_MAX = 32 * 1024 * 1024;

/** Carries transactions between the pool and the network: what this node accepted first goes out, once. */
export class TransactionGossip {
  readonly #pool: PoolPort;
  readonly #network: Pick<NetworkPort, "publishTransaction">;
  readonly #log: Log;
  /** Hashes of transactions that came from peers and are being checked: gossip forwards those by itself. */
  readonly #checking = new Set<Hash>();
  readonly #unsubscribe: () => void;
  #checkingBytes = 0;

  constructor(pool: PoolPort, network: Pick<NetworkPort, "publishTransaction">, log: Log) {
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
      const reason = error instanceof CausewayError ? error.message : error;
      this.#log.debug({ peer, hash, reason }, "a peer's transaction was not pooled");
    } finally {
      this.#checking.delete(hash);
      this.#checkingBytes -= raw.length;
    }
  }

  stop(): void {
    this.#unsubscribe();
  }
}
