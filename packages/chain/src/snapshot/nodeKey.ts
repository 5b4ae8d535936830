import { CODE_PREFIX } from "../engine/ethereumjs/nodeSource.js";
import type { StateItem } from "./stateWalk.js";

/** The library's key of a trie node or code in the store. */
export function nodeKey({ kind, hash }: StateItem): string {
  return (kind === "code" ? CODE_PREFIX : "") + hash.slice(2);
}
