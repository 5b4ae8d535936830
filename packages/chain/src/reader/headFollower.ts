import { setImmediate } from "node:timers/promises";
import { chainError } from "../chainError.js";
import type { HeadEvent } from "../chainReader.js";
import { type HeadListener, HeadListeners } from "../headListeners.js";
import type { Logger } from "../logger.js";
import type { ChainStore } from "../store/chainStore.js";
import type { Header } from "../types/header.js";

/**
 * The head of a chain that another thread appends to: moves when told, and tells of each block once and in order,
 * however many come at a time. What waits is a number, not blocks: a listener far behind costs no memory.
 */
export class HeadFollower {
  readonly #store: ChainStore;
  readonly #listeners: HeadListeners;
  #header: Header;
  /** Newest height heard of, and the last one that listeners were told. */
  #heard: number;
  #told: number;
  #catchingUp: Promise<void> | null = null;

  private constructor(store: ChainStore, header: Header, log: Logger) {
    this.#store = store;
    this.#listeners = new HeadListeners(log);
    this.#header = header;
    this.#heard = header.number;
    this.#told = header.number;
  }

  static async open(store: ChainStore, log: Logger): Promise<HeadFollower> {
    const header = await store.header(store.headNumber);
    if (header === null) throw chainError("DatabaseUnusable", "data directory lacks the head block");
    return new HeadFollower(store, header, log);
  }

  /** Header of the head. */
  get header(): Header {
    return this.#header;
  }

  /**
   * The block at `number` is durable, and all before it.
   * @returns resolves once listeners know of it; rejects when the database cannot be read.
   */
  advance(number: number): Promise<void> {
    this.#heard = Math.max(this.#heard, number);
    this.#catchingUp ??= this.#catchUp().finally(() => {
      this.#catchingUp = null;
    });
    return this.#catchingUp;
  }

  onHead(listener: HeadListener): () => void {
    return this.#listeners.add(listener);
  }

  async #catchUp(): Promise<void> {
    while (this.#told < this.#heard) {
      if (this.#header.number < this.#heard) this.#header = await this.#store.follow(this.#heard);
      if (this.#listeners.size === 0) {
        this.#told = this.#header.number;
        continue;
      }
      // Counted once it is read: a block that cannot be read now is the first that the next advance tells of.
      const event = await this.#event(this.#told + 1);
      this.#told++;
      this.#listeners.tell(event);
      // Requests are served meanwhile.
      await setImmediate();
    }
  }

  async #event(number: number): Promise<HeadEvent> {
    const block = await this.#store.block(number);
    const receipts = await this.#store.receipts(number);
    if (block !== null && receipts !== null) return { block, receipts };
    throw chainError("DatabaseUnusable", `data directory lacks block ${number} below the head`);
  }
}
