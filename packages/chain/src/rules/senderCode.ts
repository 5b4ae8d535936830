import type { Hash, Hex } from "@causeway/protocol/hex";
import { delegateOf } from "./delegation.js";
import { type Fork, hasFork } from "./fork.js";

/** keccak256 of no code. */
export const EMPTY_CODE_HASH: Hash = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";

/** EIP-3607: an account with code sends no transactions, unless the code is a delegation. */
export function maySend(code: Hex, fork: Fork = "osaka"): boolean {
  return code === "0x" || (hasFork(fork, "prague") && delegateOf(code) !== null);
}
