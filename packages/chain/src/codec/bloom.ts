import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { keccak256 } from "../crypto/nativeCrypto.js";
import { fromHex, toHex } from "./hex.js";

const BLOOM_BYTES = 256;

/** 2048-bit bloom of addresses and topics (Yellow Paper 4.3.1). */
export class Bloom {
  readonly #bits = new Uint8Array(BLOOM_BYTES);

  addLog(log: { readonly address: Address; readonly topics: readonly Hash[] }): void {
    this.#add(log.address);
    for (const topic of log.topics) this.#add(topic);
  }

  toHex(): Hex {
    return toHex(this.#bits);
  }

  #add(item: Hex): void {
    for (const { byte, mask } of bloomBits(item)) this.#bits[byte] = (this.#bits[byte] ?? 0) | mask;
  }
}

/** @returns false only when no log with this address or topic can be under `bloom`. */
export function bloomMayHold(bloom: Uint8Array, item: Hex): boolean {
  return bloomBits(item).every(({ byte, mask }) => ((bloom[byte] ?? 0) & mask) !== 0);
}

function bloomBits(item: Hex): { byte: number; mask: number }[] {
  const hash = keccak256(fromHex(item));
  return [0, 2, 4].map((i) => {
    const bit = (((hash[i] ?? 0) << 8) | (hash[i + 1] ?? 0)) & 0x7ff;
    return { byte: BLOOM_BYTES - 1 - (bit >> 3), mask: 1 << (bit & 7) };
  });
}
