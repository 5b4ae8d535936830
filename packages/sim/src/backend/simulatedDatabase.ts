import type { Database, Put } from "@causeway/chain/store/database";
import type { Life } from "../node/life.js";

/** The block store of one machine: a batch is on disk as a whole once its write resolves, and over every crash (W4). */
export class SimulatedDatabase {
  readonly #stored = new Map<string, Uint8Array>();

  /** The store as one life of the node sees it. */
  open(life: Life): Database {
    return {
      get: (key) => this.#stored.get(keyOf(key)),
      write: async (puts: readonly Put[], deletes: readonly Uint8Array[] = []) => {
        life.reach("block.write");
        for (const { key, value } of puts) this.#stored.set(keyOf(key), value);
        for (const key of deletes) this.#stored.delete(keyOf(key));
        life.reach("block.written");
      },
      close: async () => {},
    };
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
