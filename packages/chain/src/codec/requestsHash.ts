import { createHash } from "node:crypto";
import type { Hash } from "@causeway/protocol/hex";
import { toHex } from "./hex.js";

/** EIP-7685: sha256 over the sha256 of each non-empty request list, type byte in front, in order of type. */
export function requestsHash(
  requests: readonly { readonly type: number; readonly data: Uint8Array }[],
): Hash {
  const outer = createHash("sha256");
  for (const { type, data } of requests) {
    if (data.length === 0) continue;
    outer.update(createHash("sha256").update(Uint8Array.of(type)).update(data).digest());
  }
  return toHex(outer.digest());
}

export const EMPTY_REQUESTS_HASH: Hash = requestsHash([]);
