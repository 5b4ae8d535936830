import type { Log } from "@causeway/chain/types/receipt";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { LogCriteria } from "../params/logCriteria.js";

/** Which logs a subscription wants: addresses and topics of its criteria, since subscriptions have no range. */
export class LogSelector {
  /** Addresses and topics together. */
  readonly size: number;
  readonly #addresses: ReadonlySet<Address>;
  /** By position; null is any. */
  readonly #topics: readonly (ReadonlySet<Hash> | null)[];

  constructor({ addresses, topics }: Pick<LogCriteria, "addresses" | "topics">) {
    this.#addresses = new Set(addresses);
    this.#topics = topics.map((alternatives) => alternatives && new Set(alternatives));
    this.size = this.#topics.reduce((sum, set) => sum + (set?.size ?? 0), this.#addresses.size);
  }

  matches(log: Log): boolean {
    if (this.#addresses.size > 0 && !this.#addresses.has(log.address)) return false;
    return this.#topics.every((alternatives, position) => {
      const topic = log.topics[position];
      return topic !== undefined && (alternatives === null || alternatives.has(topic));
    });
  }
}
