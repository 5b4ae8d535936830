import type { BatchDBOp, DB } from "@ethereumjs/util";
import type { NodeSource } from "./nodeSource.js";

/**
 * A trie database whose writes stay in memory: nothing an execution does reaches the disk before its block is
 * committed. State and storage tries of one view share one overlay.
 */
export class OverlayDb implements DB<string, string | Uint8Array> {
  /** Nodes and code written here, by the library's hex key. */
  readonly writes = new Map<string, Uint8Array>();
  readonly #base: NodeSource;
  /** The library's checkpoints write back whatever they read; those values are no news. */
  readonly #read = new Set<string>();

  constructor(base: NodeSource) {
    this.#base = base;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    const written = this.writes.get(key);
    if (written !== undefined) return written;
    const stored = this.#base.get(key);
    if (stored !== undefined) this.#read.add(key);
    return stored;
  }

  async put(key: string, value: string | Uint8Array): Promise<void> {
    if (typeof value === "string") throw new Error("OverlayDb holds bytes only");
    if (!this.#read.has(key)) this.writes.set(key, value);
  }

  /** Nodes are content-addressed and history is kept: nothing is ever deleted. */
  async del(): Promise<void> {}

  async batch(operations: BatchDBOp<string, string | Uint8Array>[]): Promise<void> {
    for (const operation of operations) {
      if (operation.type === "put") await this.put(operation.key, operation.value);
    }
  }

  shallowCopy(): OverlayDb {
    return this;
  }

  async open(): Promise<void> {}
}
