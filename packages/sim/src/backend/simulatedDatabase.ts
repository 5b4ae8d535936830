import type { BatchOperation, KeyValueStore } from "@causeway/chain/store/keyValueStore";
import { UnsyncedBatches } from "../disk/unsyncedBatches.js";
import type { Life } from "../node/life.js";

/** The block store of one machine: a batch outlasts a power loss once it, or one after it, is synced (W4). */
export class SimulatedDatabase {
  readonly unsynced = new UnsyncedBatches();
  readonly #stored = new Map<string, Uint8Array>();

  /** The store as one life of the node sees it. */
  open(life: Life): KeyValueStore {
    this.unsynced.recover(life);
    return {
      get: (key) => this.#stored.get(keyOf(key)),
      batch: async (operations, { sync }) => {
        life.reach("block.write");
        this.#write(operations);
        if (sync) this.unsynced.sync(life);
        life.reach("block.written");
      },
      close: async () => {},
    };
  }

  #write(operations: readonly BatchOperation[]): void {
    const before = operations.map(({ key }) => [keyOf(key), this.#stored.get(keyOf(key))] as const);
    for (const operation of operations) {
      const key = keyOf(operation.key);
      if (operation.type === "put") this.#stored.set(key, operation.value);
      else this.#stored.delete(key);
    }
    this.unsynced.wrote(() => {
      for (const [key, value] of before) {
        if (value === undefined) this.#stored.delete(key);
        else this.#stored.set(key, value);
      }
    });
  }
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
