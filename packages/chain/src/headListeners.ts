import type { HeadEvent } from "./chainReader.js";
import type { Logger } from "./logger.js";

export type HeadListener = (event: HeadEvent) => void;

/**
 * Who wants to know of new heads. A block they are told of is durable: what fails in one of them neither undoes that nor
 * keeps it from the others.
 */
export class HeadListeners {
  readonly #log: Logger;
  readonly #listeners = new Set<HeadListener>();

  constructor(log: Logger) {
    this.#log = log;
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** @returns what takes it away again. */
  add(listener: HeadListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: HeadEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.error({ error: String(error) }, "a listener failed on a new head");
      }
    }
  }

  /** The pool first: whoever hears of the block may ask it. */
  async tellAfter(finalized: (event: HeadEvent) => Promise<void>, event: HeadEvent): Promise<void> {
    try {
      await finalized(event);
    } catch (error) {
      this.#log.error({ error: String(error) }, "the transaction pool failed on a new head");
    }
    this.tell(event);
  }
}
