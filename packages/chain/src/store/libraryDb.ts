import { type BatchDBOp, bytesToHex, type DB, type DBObject } from "@ethereumjs/util";
import type { Database, Put } from "./database.js";
import { keys } from "./keys.js";

type Key = Uint8Array | string | number;
type Value = Uint8Array | string | DBObject;

/**
 * What @ethereumjs/blockchain believes to be its database. Its writes wait here until `take` moves them into the one
 * batch that makes a block durable.
 */
export class LibraryDb implements DB<Key, Value> {
  readonly #database: Database;
  #staged = new Map<string, Put>();

  constructor(database: Database) {
    this.#database = database;
  }

  /** Hand over and forget what was written since the last time. */
  take(): Put[] {
    const puts = [...this.#staged.values()];
    this.#staged = new Map();
    return puts;
  }

  async get(key: Key, options?: { valueEncoding?: string }): Promise<Value | undefined> {
    const stored = this.#staged.get(index(key))?.value ?? this.#database.get(keys.library(keyBytes(key)));
    if (stored === undefined || options?.valueEncoding !== "json") return stored;
    return JSON.parse(Buffer.from(stored).toString("utf8")) as DBObject;
  }

  async put(key: Key, value: Value): Promise<void> {
    const bytes = value instanceof Uint8Array ? value : Buffer.from(JSON.stringify(value), "utf8");
    this.#staged.set(index(key), { key: keys.library(keyBytes(key)), value: bytes });
  }

  /** The library deletes only when it reorganizes, which a finalized chain never does. */
  async del(key: Key): Promise<void> {
    throw new Error(`the finalized chain would lose ${index(key)} (F1)`);
  }

  async batch(operations: BatchDBOp<Key, Value>[]): Promise<void> {
    for (const operation of operations) {
      if (operation.type === "put") await this.put(operation.key, operation.value);
      else await this.del(operation.key);
    }
  }

  shallowCopy(): LibraryDb {
    return this;
  }

  async open(): Promise<void> {}
}

function keyBytes(key: Key): Uint8Array {
  return key instanceof Uint8Array ? key : Buffer.from(String(key), "utf8");
}

function index(key: Key): string {
  return bytesToHex(keyBytes(key));
}
