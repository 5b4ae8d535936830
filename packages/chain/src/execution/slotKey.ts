import type { Hash } from "@causeway/protocol/hex";

/** A storage slot's number as its 32-byte key. */
export function slotKey(slot: number | bigint): Hash {
  return `0x${BigInt(slot).toString(16).padStart(64, "0")}`;
}
