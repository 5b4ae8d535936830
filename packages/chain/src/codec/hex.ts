import type { Hex } from "@causeway/protocol/hex";

/** As in @causeway/protocol/hex, by Node's own conversion: execution does this thousands of times per block. */
export function toHex(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}

/** The result owns its buffer. */
export function fromHex(hex: Hex): Uint8Array {
  return new Uint8Array(Buffer.from(hex.slice(2), "hex"));
}
