import type { Log } from "@causeway/chain/types/receipt";
import type { Address, Hash } from "@causeway/protocol/hex";
import type { LogCriteria } from "../params/logCriteria.js";
import { invalidParams } from "../rpcError.js";

/** Which logs a subscription wants, of all that are to come. */
export class LogSelector {
  /** Addresses and topics together. */
  readonly size: number;
  readonly #addresses: ReadonlySet<Address>;
  /** By position; null is any. */
  readonly #topics: readonly (ReadonlySet<Hash> | null)[];
  readonly #fromBlock: number;
  readonly #toBlock: number;

  /** @throws RpcError -32602 for a range that is reversed, or that ends and begins at the head. */
  constructor({ addresses, topics, fromBlock, toBlock }: Omit<LogCriteria, "blockHash">) {
    const [from, to] = [heightOf(fromBlock), heightOf(toBlock)];
    if (to !== null && (from === null || from > to)) throw invalidParams("invalid block range params");
    this.#fromBlock = from ?? 0;
    this.#toBlock = to ?? Number.POSITIVE_INFINITY;
    this.#addresses = new Set(addresses);
    this.#topics = topics.map((alternatives) => alternatives && new Set(alternatives));
    this.size = this.#topics.reduce((sum, set) => sum + (set?.size ?? 0), this.#addresses.size);
  }

  matches(log: Log): boolean {
    if (log.blockNumber < this.#fromBlock || log.blockNumber > this.#toBlock) return false;
    if (this.#addresses.size > 0 && !this.#addresses.has(log.address)) return false;
    return this.#topics.every((alternatives, position) => {
      const topic = log.topics[position];
      return topic !== undefined && (alternatives === null || alternatives.has(topic));
    });
  }
}

/** null is the head, wherever it is. */
function heightOf(block: LogCriteria["fromBlock"]): number | null {
  if (block === "earliest") return 0;
  return typeof block === "number" ? block : null;
}
