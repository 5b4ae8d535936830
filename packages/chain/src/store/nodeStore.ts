import type { NodeSource } from "../engine/ethereumjs/nodeSource.js";
import type { Database } from "./database.js";
import { keys } from "./keys.js";
import { LruCache } from "./lruCache.js";

/** Trie nodes kept in memory, some 150 bytes to 24 KiB each. */
const NODES_CACHED_MAX = 50_000;

/** Committed trie nodes and code, the hot ones from memory. Content-addressed, so a cached node is never stale. */
export function nodeStore(database: Database): NodeSource {
  const cache = new LruCache<string, Uint8Array>(NODES_CACHED_MAX);
  return {
    get(key) {
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const stored = database.get(keys.node(key));
      if (stored !== undefined) cache.set(key, stored);
      return stored;
    },
  };
}
