import { malformed } from "./wireError.js";

/**
 * One RLP item, not yet looked into. A general decoder recurses as deep and allocates as much as the sender
 * likes (thousands of nested lists each copy the rest of the frame); this one reads a level at a time, only
 * where a codec expects a list and only as many items as it allows.
 */
export interface RlpItem {
  readonly isList: boolean;
  /** Contents without the prefix; a view, not a copy. */
  readonly payload: Uint8Array;
  /** Prefix and contents; a view, not a copy. */
  readonly raw: Uint8Array;
}

/** A length takes at most this many bytes: 4 GiB, far above every frame bound. */
const LENGTH_BYTES_MAX = 4;
/** Longest payload whose length fits in the prefix byte (Yellow Paper, appendix B). */
const SHORT_LENGTH_MAX = 55;

/** @throws {WireError} when `bytes` is not exactly one canonical RLP item. */
export function readRlp(bytes: Uint8Array, field: string): RlpItem {
  const item = itemAt(bytes, 0, field);
  if (item.raw.length !== bytes.length) throw malformed(field, "one RLP item without trailing bytes");
  return item;
}

/** @throws {WireError} when `item` is not a list of at most `max` canonical items. */
export function readRlpList(item: RlpItem, field: string, max: number): RlpItem[] {
  if (!item.isList) throw malformed(field, "an RLP list");
  const items: RlpItem[] = [];
  for (let offset = 0; offset < item.payload.length; ) {
    if (items.length === max) throw malformed(field, `a list of at most ${max} items`);
    const next = itemAt(item.payload, offset, field);
    items.push(next);
    offset += next.raw.length;
  }
  return items;
}

function itemAt(bytes: Uint8Array, offset: number, field: string): RlpItem {
  const prefix = bytes[offset];
  if (prefix === undefined) throw malformed(field, "RLP, which is never empty");
  if (prefix < 0x80) return view(bytes, offset, 0, 1, false, field);
  const isList = prefix >= 0xc0;
  const short = prefix - (isList ? 0xc0 : 0x80);
  const lengthBytes = Math.max(0, short - SHORT_LENGTH_MAX);
  const length = lengthBytes === 0 ? short : longLength(bytes, offset + 1, lengthBytes, field);
  const item = view(bytes, offset, 1 + lengthBytes, length, isList, field);
  if (!isList && length === 1 && (item.payload[0] as number) < 0x80) {
    throw malformed(field, "canonical RLP: a byte below 0x80 stands for itself");
  }
  return item;
}

function longLength(bytes: Uint8Array, offset: number, count: number, field: string): number {
  if (count > LENGTH_BYTES_MAX)
    throw malformed(field, `RLP with a length of at most ${LENGTH_BYTES_MAX} bytes`);
  if (offset + count > bytes.length) throw malformed(field, "complete RLP");
  const length = bytes.subarray(offset, offset + count).reduce((sum, byte) => sum * 256 + byte, 0);
  if (bytes[offset] === 0 || length <= SHORT_LENGTH_MAX) throw malformed(field, "RLP with a minimal length");
  return length;
}

function view(
  bytes: Uint8Array,
  offset: number,
  prefixLength: number,
  length: number,
  isList: boolean,
  field: string,
): RlpItem {
  const end = offset + prefixLength + length;
  if (end > bytes.length) throw malformed(field, "complete RLP");
  return { isList, payload: bytes.subarray(offset + prefixLength, end), raw: bytes.subarray(offset, end) };
}
