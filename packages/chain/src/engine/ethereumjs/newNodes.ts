import type { Hash } from "@causeway/protocol/hex";
import { bytesToUnprefixedHex } from "@ethereumjs/util";
import { fromHex } from "../../codec/hex.js";
import { stateDifference } from "../../state/stateDifference.js";
import { CODE_PREFIX } from "./nodeSource.js";

/**
 * Of what was written on the way to a state, that which belongs to it. The library writes the path to each account and
 * slot by itself, and the nodes above them once for each: most of those belong to no state.
 * @param written by the library's key.
 */
export function newNodes(
  root: Hash,
  written: ReadonlyMap<string, Uint8Array>,
): ReadonlyMap<string, Uint8Array> {
  const found = new Map<string, Uint8Array>();
  stateDifference(null, fromHex(root), {
    node: (hash) => written.get(bytesToUnprefixedHex(hash)) as Uint8Array,
    found(hash, kind) {
      const key = (kind === "code" ? CODE_PREFIX : "") + bytesToUnprefixedHex(hash);
      const value = written.get(key);
      // What was not written was there before, with all below it.
      if (value === undefined || found.has(key)) return false;
      found.set(key, value);
      return true;
    },
  });
  return found;
}
