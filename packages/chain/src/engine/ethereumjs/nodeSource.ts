/** Read access to stored trie nodes and code by the library's key: unprefixed hex of the hash, code behind "63" ("c"). */
export interface NodeSource {
  get(key: string): Uint8Array | undefined;
}

/** Before the hash of code, "c". */
export const CODE_PREFIX = "63";

export const EMPTY_NODES: NodeSource = { get: () => undefined };
