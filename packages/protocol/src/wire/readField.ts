import { type Hex, type Signature, toHex } from "../hex.js";
import { isCanonicalSignature } from "../signature.js";
import { type RlpItem, readRlpList } from "./rlpItem.js";
import { malformed } from "./wireError.js";

/** The fields of a struct: a list of exactly `count` items. @throws {WireError} */
export function readTuple(item: RlpItem, field: string, count: number): RlpItem[] {
  const items = readRlpList(item, field, count);
  if (items.length !== count) throw malformed(field, `a list of ${count} fields, got ${items.length}`);
  return items;
}

/** A byte string of at most `max` bytes. @throws {WireError} */
export function readBytes(item: RlpItem | undefined, field: string, max: number): Uint8Array {
  if (item === undefined || item.isList) throw malformed(field, "bytes");
  if (item.payload.length > max) throw malformed(field, `at most ${max} bytes, got ${item.payload.length}`);
  return item.payload;
}

/** Exactly `length` bytes, as a hash or an address. @throws {WireError} */
export function readFixed(item: RlpItem | undefined, field: string, length: number): Hex {
  const bytes = readBytes(item, field, length);
  if (bytes.length !== length) throw malformed(field, `${length} bytes, got ${bytes.length}`);
  return toHex(bytes);
}

/** Seven bytes hold every safe integer. */
const SAFE_INTEGER_BYTES = 7;

/** A minimal unsigned integer in [0, max]. @throws {WireError} */
export function readInteger(
  item: RlpItem | undefined,
  field: string,
  max: number = Number.MAX_SAFE_INTEGER,
): number {
  const bytes = readBytes(item, field, SAFE_INTEGER_BYTES);
  if (bytes[0] === 0) throw malformed(field, "an integer without leading zeros");
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
  if (value > max) throw malformed(field, `an integer of at most ${max}`);
  return value;
}

/** Rounds are uint32 (C8). */
export const ROUND_MAX = 0xffff_ffff;

/** 65 bytes r‖s‖v, v 27 or 28, low s (C2, X1). @throws {WireError} */
export function readSignature(item: RlpItem | undefined, field: string): Signature {
  const signature = readFixed(item, field, 65);
  if (!isCanonicalSignature(signature)) throw malformed(field, "a low-s signature with v 27 or 28");
  return signature;
}
