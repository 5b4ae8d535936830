import type { Database, Put } from "../../src/store/database.js";

/** A store in memory. */
export class MemoryDatabase implements Database {
  readonly stored: Map<string, Uint8Array>;

  constructor(stored: ReadonlyMap<string, Uint8Array> = new Map()) {
    this.stored = new Map(stored);
  }

  get(key: Uint8Array): Uint8Array | undefined {
    return this.stored.get(Buffer.from(key).toString("hex"));
  }

  async write(puts: readonly Put[], deletes: readonly Uint8Array[] = []): Promise<void> {
    for (const { key, value } of puts) this.stored.set(Buffer.from(key).toString("hex"), value);
    for (const key of deletes) this.stored.delete(Buffer.from(key).toString("hex"));
  }

  async close(): Promise<void> {}
}
