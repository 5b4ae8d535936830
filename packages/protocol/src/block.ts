import { keccak256 } from "ethers";
import { CausewayError } from "./errors.js";
import { type Address, type Hash, toHex } from "./hex.js";
import { assertTransactionShape } from "./transactionShape.js";
import { type RlpItem, readRlp, readRlpList } from "./wire/rlpItem.js";

/** The header fields consensus and network decide by. */
export interface BlockHeader {
  readonly hash: Hash;
  readonly height: number;
  readonly parentHash: Hash;
  readonly coinbase: Address;
  readonly stateRoot: Hash;
  readonly extraData: Hash;
  /** Whole seconds. */
  readonly timestamp: number;
}

/**
 * A block as consensus and network see it: its RLP and the few header fields they decide by. Nothing here has
 * been checked against the rules H1; the chain does that when it executes the block.
 */
export interface Block extends BlockHeader {
  readonly transactionCount: number;
  /** RLP [header, transactions, ommers, withdrawals] (EIP-4895 form), exactly as received. */
  readonly bytes: Uint8Array;
}

/** Positions in the header list (Yellow Paper 4.3, EIP-1559 and later appended). */
const FIELD = { parentHash: 0, coinbase: 2, stateRoot: 3, number: 8, timestamp: 11, extraData: 12 } as const;
/** A header of Osaka rules has 21 fields (EIP-7685 requestsHash is the last). */
const HEADER_FIELDS = 21;
const BLOCK_PARTS = 4;
/** The largest gasLimitTarget a chain may set, in transactions of 21,000 gas (X7). */
const TRANSACTIONS_MAX = Math.floor(1_000_000_000 / 21_000);

export type BlockDecodeError = CausewayError<{ code: "BlockMalformed"; field: string }>;

/**
 * Read the RLP of a block far enough to hash and route it. Lists are walked one level at a time and
 * transactions checked for shape, so that no decoder behind this one meets endless nesting or items.
 * @throws {BlockDecodeError} when the bytes are not canonical RLP of that shape.
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const parts = blockParts(bytes);
  const transactions = list(parts.transactions, "transactions", TRANSACTIONS_MAX);
  read("transactions", () => {
    for (const { isList, raw, payload } of transactions) assertTransactionShape(isList ? raw : payload);
  });
  return { ...header(parts.header), transactionCount: transactions.length, bytes };
}

/** @throws {BlockDecodeError} when the bytes are not the RLP of a header. */
export function decodeBlockHeader(bytes: Uint8Array): BlockHeader {
  return header(read("header", () => readRlp(bytes, "header")));
}

/** The header's own RLP inside a block's. @throws {BlockDecodeError} */
export function headerBytes(block: Uint8Array): Uint8Array {
  return blockParts(block).header.raw;
}

function blockParts(bytes: Uint8Array): { header: RlpItem; transactions: RlpItem } {
  const parts = list(
    read("block", () => readRlp(bytes, "block")),
    "block",
    BLOCK_PARTS,
  );
  const [header, transactions, ommers, withdrawals] = parts;
  if (!header?.isList || !transactions?.isList || !ommers?.isList || !withdrawals?.isList) {
    throw malformed("block", "lists of header, transactions, ommers and withdrawals");
  }
  return { header, transactions };
}

function header(item: RlpItem): BlockHeader {
  const fields = list(item, "header", HEADER_FIELDS);
  if (fields.length !== HEADER_FIELDS) {
    throw malformed("header", `a list of ${HEADER_FIELDS} fields, got ${fields.length}`);
  }
  return {
    hash: keccak256(item.raw) as Hash,
    height: quantity(fields, "number"),
    parentHash: fixed(fields, "parentHash", 32),
    coinbase: fixed(fields, "coinbase", 20),
    stateRoot: fixed(fields, "stateRoot", 32),
    extraData: fixed(fields, "extraData", 32),
    timestamp: quantity(fields, "timestamp"),
  };
}

function list(item: RlpItem, field: string, max: number): RlpItem[] {
  return read(field, () => readRlpList(item, field, max));
}

function read<T>(field: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw malformed(field, "canonical RLP", cause);
  }
}

function payload(fields: RlpItem[], field: keyof typeof FIELD): Uint8Array {
  const item = fields[FIELD[field]];
  if (item === undefined || item.isList) throw malformed(field, "bytes");
  return item.payload;
}

function fixed(fields: RlpItem[], field: keyof typeof FIELD, length: number): Hash {
  const value = payload(fields, field);
  if (value.length !== length) throw malformed(field, `${length} bytes, got ${value.length}`);
  return toHex(value);
}

/** Six bytes stay below every safe integer, and no height or time needs more. */
const QUANTITY_BYTES_MAX = 6;

function quantity(fields: RlpItem[], field: keyof typeof FIELD): number {
  const value = payload(fields, field);
  if (value.length > QUANTITY_BYTES_MAX || value[0] === 0) {
    throw malformed(field, `a minimal integer of at most ${QUANTITY_BYTES_MAX} bytes`);
  }
  return value.reduce((sum, byte) => sum * 256 + byte, 0);
}

function malformed(field: string, expected: string, cause?: unknown): BlockDecodeError {
  return new CausewayError({ code: "BlockMalformed", field }, `block RLP: ${field} must be ${expected}`, {
    cause,
  });
}
