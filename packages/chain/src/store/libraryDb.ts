import { type BatchDBOp, bytesToHex, type DB, type DBObject } from "@ethereumjs/util";
import type { Database, Put } from "./database.js";
import { keys, NUMBER_BYTES } from "./keys.js";

type Key = Uint8Array | string | number;
type Value = Uint8Array | string | DBObject;

const HEADS_OF_ITERATORS = index("heads");
/** Under these the library keeps heads of its own; the chain has one, which its owner writes. */
const HEAD_KEYS: ReadonlySet<string> = new Set([index("LastHeader"), index("LastBlock"), HEADS_OF_ITERATORS]);

/**
 * What @ethereumjs/blockchain believes to be its database. Its writes wait here until `take` moves them into the one
 * batch that makes a block durable (W4).
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

  async get(key: Key): Promise<Value | undefined> {
    const at = index(key);
    if (at === HEADS_OF_ITERATORS) return undefined;
    if (HEAD_KEYS.has(at)) return this.#database.get(keys.head)?.subarray(NUMBER_BYTES);
    return this.#staged.get(at)?.value ?? this.#database.get(keys.block(keyBytes(key)));
  }

  async put(key: Key, value: Value): Promise<void> {
    const at = index(key);
    if (HEAD_KEYS.has(at)) return;
    if (!(value instanceof Uint8Array)) throw new TypeError(`the library writes no bytes under ${at}`);
    this.#staged.set(at, { key: keys.block(keyBytes(key)), value });
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
