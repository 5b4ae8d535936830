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
  if (item.end !== bytes.length) throw malformed(field, "one RLP item without trailing bytes");
  return item;
}

/** @throws {WireError} when `item` is not a list of at most `max` canonical items. */
export function readRlpList(item: RlpItem, field: string, max: number): RlpItem[] {
  if (!item.isList) throw malformed(field, "an RLP list");
  const { payload } = item;
  const items: RlpItem[] = [];
  for (let offset = 0; offset < payload.length; ) {
    if (items.length === max) throw malformed(field, `a list of at most ${max} items`);
    const next = itemAt(payload, offset, field);
    items.push(next);
    offset = next.end;
  }
  return items;
}

function itemAt(bytes: Uint8Array, offset: number, field: string): Slice {
  const prefix = bytes[offset];
  if (prefix === undefined) throw malformed(field, "RLP, which is never empty");
  if (prefix < 0x80) return new Slice(false, bytes, offset, offset, offset + 1);
  const isList = prefix >= 0xc0;
  const short = prefix - (isList ? 0xc0 : 0x80);
  const lengthBytes = Math.max(0, short - SHORT_LENGTH_MAX);
  const length = lengthBytes === 0 ? short : longLength(bytes, offset + 1, lengthBytes, field);
  const contents = offset + 1 + lengthBytes;
  if (contents + length > bytes.length) throw malformed(field, "complete RLP");
  if (!isList && length === 1 && (bytes[contents] as number) < 0x80) {
    throw malformed(field, "canonical RLP: a byte below 0x80 stands for itself");
  }
  return new Slice(isList, bytes, offset, contents, contents + length);
}

function longLength(bytes: Uint8Array, offset: number, count: number, field: string): number {
  if (count > LENGTH_BYTES_MAX)
    throw malformed(field, `RLP with a length of at most ${LENGTH_BYTES_MAX} bytes`);
  if (offset + count > bytes.length) throw malformed(field, "complete RLP");
  const length = bytes.subarray(offset, offset + count).reduce((sum, byte) => sum * 256 + byte, 0);
  if (bytes[offset] === 0 || length <= SHORT_LENGTH_MAX) throw malformed(field, "RLP with a minimal length");
  return length;
}

/** Makes its views when they are asked for: most items of a block are only walked over, and a view is dear. */
class Slice implements RlpItem {
  readonly isList: boolean;
  /** Where the next item begins. */
  readonly end: number;
  readonly #bytes: Uint8Array;
  readonly #start: number;
  readonly #contents: number;

  constructor(isList: boolean, bytes: Uint8Array, start: number, contents: number, end: number) {
    this.isList = isList;
    this.end = end;
    this.#bytes = bytes;
    this.#start = start;
    this.#contents = contents;
  }

  get payload(): Uint8Array {
    return this.#bytes.subarray(this.#contents, this.end);
  }

  get raw(): Uint8Array {
    return this.#bytes.subarray(this.#start, this.end);
  }
}
