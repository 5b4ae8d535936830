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

/**
 * The validation of EIP-2124: whether a peer follows the same activations, though it may not have reached as many of them
 * (it syncs) or have passed more (this node syncs).
 * @param activations this node's. @param head its height. @param remote what the peer says of itself.
 */
export function acceptsForkId(
  genesisHash: Hash,
  activations: readonly number[],
  head: number,
  remote: ForkId,
): boolean {
  const starts = [0, ...activations].sort((a, b) => a - b);
  const start = starts.find((height) => forkId(genesisHash, activations, height).hash === remote.hash);
  if (start === undefined) return false;
  const { hash, next } = forkId(genesisHash, activations, start);
  if (hash === forkId(genesisHash, activations, head).hash) return remote.next === 0 || remote.next > head;
  return start > head || remote.next === next;
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
