import type { NodeSource } from "../engine/ethereumjs/nodeSource.js";
import type { Database } from "./database.js";
import { keys } from "./keys.js";
import { LruCache } from "./lruCache.js";

/** Trie nodes kept in memory, at most 600 bytes each. */
const NODES_CACHED_MAX = 50_000;
/** Contracts kept in memory, at most 24 KiB each (EIP-170). */
const CODES_CACHED_MAX = 1_024;
/** Length of a node's key; code has "63" in front. */
const NODE_KEY_LENGTH = 64;

/** Committed trie nodes and code, the hot ones from memory. Content-addressed, so a cached node is never stale. */
export function nodeStore(database: Database): NodeSource {
  const nodes = new LruCache<string, Uint8Array>(NODES_CACHED_MAX);
  const codes = new LruCache<string, Uint8Array>(CODES_CACHED_MAX);
  return {
    get(key) {
      const cache = key.length === NODE_KEY_LENGTH ? nodes : codes;
      const cached = cache.get(key);
      if (cached !== undefined) return cached;
      const stored = database.get(keys.node(key));
      if (stored !== undefined) cache.set(key, stored);
      return stored;
    },
  };
}
