import type { Hash, Hex } from "@causeway/protocol/hex";

const WORD_DIGITS = 64;

/** A number as JSON-RPC writes it. */
export function quantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/** 32 bytes, big-endian. */
export function word(value: bigint): Hash {
  return `0x${value.toString(16).padStart(WORD_DIGITS, "0")}`;
}
