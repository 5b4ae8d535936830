import { getBytes, hexlify } from "ethers";

/** `0x`-prefixed lower-case hexadecimal of any even length. */
export type Hex = `0x${string}`;
/** 32 bytes as lower-case {@link Hex}. */
export type Hash = Hex;
/** 20 bytes as lower-case {@link Hex}, never checksummed: compares with `===` and sorts as a number. */
export type Address = Hex;
/** 65 bytes r‖s‖v as lower-case {@link Hex}, v 27 or 28 (X1). */
export type Signature = Hex;

export const ZERO_HASH: Hash = `0x${"00".repeat(32)}`;
export const ZERO_ADDRESS: Address = `0x${"00".repeat(20)}`;

export function toHex(bytes: Uint8Array): Hex {
  return hexlify(bytes) as Hex;
}

/** @throws TypeError when `hex` is not an even-length 0x string. */
export function fromHex(hex: Hex): Uint8Array {
  return getBytes(hex);
}

/** The bytes of all parts in order; parts that are hexadecimal already need no decoding to be joined. */
export function concatHex(parts: readonly Hex[]): Hex {
  return `0x${parts.map((part) => part.slice(2)).join("")}`;
}

export function isHex(value: unknown, byteLength?: number): value is Hex {
  if (typeof value !== "string" || !/^0x(?:[0-9a-f]{2})*$/.test(value)) return false;
  return byteLength === undefined || value.length === 2 + 2 * byteLength;
}
