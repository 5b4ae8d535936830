import type { Address } from "@causeway/protocol/hex";
import { chainError } from "../chainError.js";
import { fromHex, toHex } from "../codec/hex.js";
import type { Creation, TransactionResult } from "../engine/engine.js";
import type { Database, Put } from "./database.js";
import { keys, numberBytes, readNumber } from "./keys.js";
import { LruCache } from "./lruCache.js";

/** Where a transaction stands. */
export interface TransactionPlace {
  readonly number: number;
  readonly index: number;
}

/** Transactions in which an address took part, in the order of the chain. */
export interface AppearancePage {
  readonly places: readonly TransactionPlace[];
  /** Whether there are more beyond the last, or may be, where the index begins later than the chain. */
  readonly more: boolean;
}

const PLACE_BYTES = 16;
/** Lengths of lists kept in memory: whoever sends often is found there. */
const COUNTS_CACHED_MAX = 20_000;

/**
 * Which transactions each address took part in: as sender, recipient or new contract, as a party of any frame inside, or
 * as an heir. Every address has a list of places, numbered from 0, so that nothing but single keys is read.
 */
export class AddressIndex {
  readonly #database: Database;
  readonly #head: () => number;
  /** Of the one that writes. */
  readonly #counts = new LruCache<Address, number>(COUNTS_CACHED_MAX);

  /** @param head newest block to show; the database may hold newer ones. */
  constructor(database: Database, head: () => number) {
    this.#database = database;
    this.#head = head;
  }

  /** Entries of a block about to be written; a block that is not written after all leaves the process unfit to go on (W6). */
  puts(number: number, results: readonly TransactionResult[]): Put[] {
    const puts: Put[] = [];
    const counts = new Map<Address, number>();
    for (const [index, result] of results.entries()) {
      const place = placeBytes({ number, index });
      for (const address of partiesOf(result)) {
        const count = counts.get(address) ?? this.#counts.get(address) ?? this.#count(address);
        puts.push({ key: keys.appearance(address, count), value: place });
        counts.set(address, count + 1);
      }
      for (const { contract, creator } of result.parties?.creations ?? []) {
        puts.push({ key: keys.creation(contract), value: Buffer.concat([place, fromHex(creator)]) });
      }
    }
    for (const [address, count] of counts) {
      puts.push({ key: keys.appearances(address), value: numberBytes(count) });
      this.#counts.set(address, count);
    }
    if (this.#start() === null) puts.push({ key: keys.appearancesStart, value: numberBytes(number) });
    return puts;
  }

  /**
   * The newest places before block `number`, newest first; all of the last block.
   * @throws ChainError "HistoryMissing" where none is left of an index that begins later than the chain.
   */
  before(address: Address, number: number, limit: number): AppearancePage {
    const start = this.#start() ?? 1;
    // Below the start are places only after a rebuild was broken off: there may be gaps behind them.
    const oldest = start > 1 ? this.#position(address, start) : 0;
    const end = Math.max(oldest, this.#position(address, Math.min(number, this.#head() + 1)));
    const whole = Math.max(oldest, end - limit);
    const first = whole === oldest ? oldest : this.#position(address, this.#place(address, whole).number);
    if (end === oldest) this.#requireFrom(1);
    const places = this.#places(address, first, end).reverse();
    return { places, more: first > oldest || start > 1 };
  }

  /** The oldest places after block `number`, oldest first; all of the last block. @throws ChainError "HistoryMissing". */
  after(address: Address, number: number, limit: number): AppearancePage {
    this.#requireFrom(number + 1);
    const count = this.#position(address, this.#head() + 1);
    const first = Math.min(count, this.#position(address, number + 1));
    const whole = Math.min(count, first + limit);
    const end = whole === count ? count : this.#position(address, this.#place(address, whole - 1).number + 1);
    return { places: this.#places(address, first, end), more: end < count };
  }

  /** Who made a contract, and where; null for what no transaction made. @throws ChainError "HistoryMissing". */
  creation(contract: Address): (Creation & TransactionPlace) | null {
    const bytes = this.#database.get(keys.creation(contract));
    if (bytes !== undefined && readNumber(bytes) <= this.#head()) {
      return { ...readPlace(bytes), contract, creator: toHex(bytes.subarray(PLACE_BYTES)) };
    }
    this.#requireFrom(1);
    return null;
  }

  #count(address: Address): number {
    const bytes = this.#database.get(keys.appearances(address));
    return bytes === undefined ? 0 : readNumber(bytes);
  }

  /** First height that is indexed; null before the first block. */
  #start(): number | null {
    const bytes = this.#database.get(keys.appearancesStart);
    return bytes === undefined ? null : readNumber(bytes);
  }

  #requireFrom(number: number): void {
    const start = this.#start();
    if (start === null || number >= start) return;
    throw chainError(
      "HistoryMissing",
      `transactions by address are known from block ${start} on, where this node began to write them down: ask a node that executed all blocks, or write them anew by causeway chain reindex --addresses`,
    );
  }

  /** How many places lie before a block. */
  #position(address: Address, number: number): number {
    let low = 0;
    let high = this.#count(address);
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#place(address, middle).number < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #places(address: Address, first: number, end: number): TransactionPlace[] {
    return Array.from({ length: end - first }, (_, i) => this.#place(address, first + i));
  }

  #place(address: Address, position: number): TransactionPlace {
    const bytes = this.#database.get(keys.appearance(address, position));
    if (bytes === undefined) {
      throw chainError("DatabaseUnusable", `data directory lacks appearance ${position} of ${address}`);
    }
    return readPlace(bytes);
  }
}

function partiesOf({ transaction, contractAddress, parties }: TransactionResult): ReadonlySet<Address> {
  const all = [transaction.from, transaction.to, contractAddress, ...(parties?.addresses ?? [])];
  return new Set(all.filter((address) => address !== null));
}

function placeBytes({ number, index }: TransactionPlace): Uint8Array {
  return Buffer.concat([numberBytes(number), numberBytes(index)]);
}

function readPlace(bytes: Uint8Array): TransactionPlace {
  return { number: readNumber(bytes), index: readNumber(bytes, PLACE_BYTES / 2) };
}
