import { POOL_LIMITS } from "@causeway/chain/pool/poolLimits";
import type { PoolPort } from "@causeway/chain/poolPort";
import type { Transaction } from "@causeway/chain/types/transaction";
import { GOSSIP_SEEN_MS } from "@causeway/network/limits";
import type { Hash } from "@causeway/protocol/hex";
import type { Clock } from "../ports/clock.js";

/** A transaction that no block has taken is published again after this, when gossip has forgotten it. */
const AGAIN_AFTER_MS = 2 * GOSSIP_SEEN_MS;
/** Published again with each head, at most. */
const PER_HEAD_MAX = 64;

export interface ReannouncementParts {
  readonly pool: Pick<PoolPort, "get">;
  readonly clock: Clock;
  readonly publish: (raw: Uint8Array) => void;
}

/**
 * Publishes the transactions that came to this node first again while they wait: gossip loses some, and knows nothing of
 * those that a restarted node brings along. Nobody else does it for them.
 */
export class Reannouncement {
  readonly #parts: ReannouncementParts;
  /** When each was published last, the one longest ago first. */
  readonly #publishedAt = new Map<Hash, number>();

  constructor(parts: ReannouncementParts) {
    this.#parts = parts;
  }

  /** A transaction of this node that is pooled and has not been published since it started. */
  restored({ hash }: Transaction): void {
    this.#publishedAt.set(hash, Number.NEGATIVE_INFINITY);
  }

  publish({ hash, raw }: Pick<Transaction, "hash" | "raw">): void {
    this.#publishedAt.delete(hash);
    this.#publishedAt.set(hash, this.#parts.clock.monotonicMs());
    if (this.#publishedAt.size > POOL_LIMITS.transactionsMax) {
      this.#publishedAt.delete(this.#publishedAt.keys().next().value as Hash);
    }
    this.#parts.publish(raw);
  }

  headMoved(): void {
    const due = this.#parts.clock.monotonicMs() - AGAIN_AFTER_MS;
    let published = 0;
    for (const [hash, publishedAt] of this.#publishedAt) {
      if (publishedAt > due || published >= PER_HEAD_MAX) return;
      const transaction = this.#parts.pool.get(hash);
      if (transaction === null) {
        this.#publishedAt.delete(hash);
        continue;
      }
      this.publish(transaction);
      published++;
    }
  }
}
