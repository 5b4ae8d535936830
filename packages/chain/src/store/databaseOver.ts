import type { Database } from "./database.js";
import type { KeyValueStore } from "./keyValueStore.js";

/** No record has this key. */
const UNUSED_KEY = Uint8Array.of(0xff);

/**
 * The chain's database in a store (W4).
 * @param sync whether a batch is durable when it returns, and not only when the database is closed.
 */
export function databaseOver(store: KeyValueStore, sync = true): Database {
  return {
    get: (key) => store.get(key),
    async write(puts, deletes = []) {
      const operations = [
        ...puts.map(({ key, value }) => ({ type: "put" as const, key, value })),
        ...deletes.map((key) => ({ type: "del" as const, key })),
      ];
      await store.batch(operations, { sync });
    },
    async close() {
      // A synced write makes those before it in the log durable, too.
      if (!sync) await store.batch([{ type: "del", key: UNUSED_KEY }], { sync: true });
      await store.close();
    },
  };
}
