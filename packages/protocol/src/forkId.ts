import { concat, getBytes } from "ethers";
import { word } from "./eip712.js";
import type { Hash, Hex } from "./hex.js";

/** EIP-2124-like identity of the rules a node follows (H8, X8): CRC32 over genesisHash and past activations, and the next one. */
export interface ForkId {
  /** Four bytes. */
  readonly hash: Hex;
  /** Next activation height, 0 when none is known. */
  readonly next: number;
}

/** @param activations heights of `config.causeway.upgrades`, in any order. */
export function forkId(genesisHash: Hash, activations: readonly number[], head: number): ForkId {
  const ordered = [...new Set(activations)].sort((a, b) => a - b);
  const past = ordered.filter((height) => height <= head);
  const checksum = crc32(
    getBytes(concat([genesisHash, ...past.map((height) => `0x${word(height).slice(-16)}`)])),
  );
  return {
    hash: `0x${checksum.toString(16).padStart(8, "0")}`,
    next: ordered.find((height) => height > head) ?? 0,
  };
}

/** CRC-32 of IEEE 802.3, as EIP-2124 uses. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
