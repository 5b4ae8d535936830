import { readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { integerBytes } from "./integerBytes.js";
import { LONG_LIST, SHORT_LIST } from "./rlpListPrefix.js";

/** Header, transactions, ommers, withdrawals. */
const BLOCK_PARTS_MAX = 4;

/** A block as it is stored: the RLP of its header, and that of the list of what follows. */
export interface BlockSlices {
  readonly header: Uint8Array;
  readonly body: Uint8Array;
}

/** Take a block apart without decoding what is in it. @throws {WireError} for what is no list of at most four parts. */
export function sliceBlock(block: Uint8Array): BlockSlices {
  const [header, ...body] = readRlpList(readRlp(block, "block"), "block", BLOCK_PARTS_MAX);
  return { header: header?.raw ?? new Uint8Array(), body: listOf(body.map(({ raw }) => raw)) };
}

/** RLP of the whole block. */
export function joinBlock({ header, body }: BlockSlices): Uint8Array {
  return listOf([header, readRlp(body, "body").payload]);
}

/** The list of items that are encoded already. */
function listOf(items: readonly Uint8Array[]): Uint8Array {
  const payload = Buffer.concat(items);
  return new Uint8Array(Buffer.concat([prefixOf(payload.length), payload]));
}

/** Longest payload whose length fits in the prefix byte (Yellow Paper, appendix B). */
const SHORT_LENGTH_MAX = 55;

function prefixOf(length: number): Uint8Array {
  if (length <= SHORT_LENGTH_MAX) return Uint8Array.of(SHORT_LIST + length);
  const bytes = integerBytes(BigInt(length));
  return Uint8Array.of(LONG_LIST + bytes.length, ...bytes);
}
