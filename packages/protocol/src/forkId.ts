import { concat, getBytes } from "ethers";
import { word } from "./eip712.js";
import type { CausewayConfig } from "./genesis.js";
import type { Hash, Hex } from "./hex.js";
import { overrideHash, overrides } from "./validatorOverride.js";

/** EIP-2124-like identity of the rules a node follows (H8, X8): CRC32 over genesisHash and past activations, and the next one. */
export interface ForkId {
  /** Four bytes. */
  readonly hash: Hex;
  /** Next activation height, 0 when none is known. */
  readonly next: number;
}

/** A change of the rules: an upgrade by its height, an override (V6) also by the hash of what it prescribes. */
export type Activation = number | { readonly height: number; readonly content: Hash };

/** What enters the fork id of a chain spec (H8). */
export function activations(config: Pick<CausewayConfig, "upgrades" | "override">): readonly Activation[] {
  return [
    ...config.upgrades.map(({ height }) => height),
    ...overrides(config).map((override) => ({ height: override.height, content: overrideHash(override) })),
  ];
}

/** @param activations in any order. */
export function forkId(genesisHash: Hash, activations: readonly Activation[], head: number): ForkId {
  const heights = activations.map(heightOf).sort((a, b) => a - b);
  const past = activations.filter((activation) => heightOf(activation) <= head).map(encodeActivation);
  // By their encodings, which begin with the height.
  const checksum = crc32(getBytes(concat([genesisHash, ...[...new Set(past)].sort()])));
  return {
    hash: `0x${checksum.toString(16).padStart(8, "0")}`,
    next: heights.find((height) => height > head) ?? 0,
  };
}

function heightOf(activation: Activation): number {
  return typeof activation === "number" ? activation : activation.height;
}

/** Eight bytes of height, then the content of an override. */
function encodeActivation(activation: Activation): Hex {
  const height: Hex = `0x${word(heightOf(activation)).slice(-16)}`;
  return typeof activation === "number" ? height : (concat([height, activation.content]) as Hex);
}

/**
 * The validation of EIP-2124: whether a peer follows the same activations, though it may not have reached as many of them
 * (it syncs) or have passed more (this node syncs).
 * @param activations this node's. @param head its height. @param remote what the peer says of itself.
 */
export function acceptsForkId(
  genesisHash: Hash,
  activations: readonly Activation[],
  head: number,
  remote: ForkId,
): boolean {
  const starts = [0, ...activations.map(heightOf)].sort((a, b) => a - b);
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
