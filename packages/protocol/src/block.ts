import { RLP } from "@ethereumjs/rlp";
import { keccak256 } from "ethers";
import { CausewayError } from "./errors.js";
import { type Address, type Hash, toHex } from "./hex.js";

/**
 * A block as consensus and network see it: its RLP and the few header fields they decide by. Nothing here has
 * been checked against the rules H1; the chain does that when it executes the block.
 */
export interface Block {
  readonly hash: Hash;
  readonly height: number;
  readonly parentHash: Hash;
  readonly coinbase: Address;
  readonly stateRoot: Hash;
  readonly extraData: Hash;
  /** Whole seconds. */
  readonly timestamp: number;
  readonly transactionCount: number;
  /** RLP [header, transactions, ommers, withdrawals] (EIP-4895 form), exactly as received. */
  readonly bytes: Uint8Array;
}

/** Positions in the header list (Yellow Paper 4.3, EIP-1559 and later appended). */
const FIELD = { parentHash: 0, coinbase: 2, stateRoot: 3, number: 8, timestamp: 11, extraData: 12 } as const;
/** A header of Osaka rules has 21 fields (EIP-7685 requestsHash is the last). */
const HEADER_FIELDS = 21;

export type BlockDecodeError = CausewayError<{ code: "BlockMalformed"; field: string }>;

/**
 * Read the RLP of a block far enough to hash and route it.
 * @throws {BlockDecodeError} when the bytes are not canonical RLP of that shape.
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const parts = decodeList(bytes, "block");
  const [header, transactions] = parts;
  if (parts.length !== 4 || !Array.isArray(header) || !Array.isArray(transactions)) {
    throw malformed("block", "a list of header, transactions, ommers and withdrawals");
  }
  if (header.length !== HEADER_FIELDS)
    throw malformed("header", `a list of ${HEADER_FIELDS} fields, got ${header.length}`);
  return {
    hash: keccak256(RLP.encode(header)) as Hash,
    height: quantity(header, "number"),
    parentHash: fixed(header, "parentHash", 32),
    coinbase: fixed(header, "coinbase", 20),
    stateRoot: fixed(header, "stateRoot", 32),
    extraData: fixed(header, "extraData", 32),
    timestamp: quantity(header, "timestamp"),
    transactionCount: transactions.length,
    bytes,
  };
}

type RlpItem = Uint8Array | RlpItem[];

function decodeList(bytes: Uint8Array, field: string): RlpItem[] {
  let decoded: unknown;
  try {
    decoded = RLP.decode(bytes);
  } catch (cause) {
    throw malformed(field, "RLP", cause);
  }
  if (!Array.isArray(decoded)) throw malformed(field, "an RLP list");
  return decoded as RlpItem[];
}

function item(header: RlpItem[], field: keyof typeof FIELD): Uint8Array {
  const value = header[FIELD[field]];
  if (!(value instanceof Uint8Array)) throw malformed(field, "bytes");
  return value;
}

function fixed(header: RlpItem[], field: keyof typeof FIELD, length: number): Hash {
  const value = item(header, field);
  if (value.length !== length) throw malformed(field, `${length} bytes, got ${value.length}`);
  return toHex(value);
}

/** Six bytes hold every safe integer, and no height or time needs more. */
const QUANTITY_BYTES_MAX = 6;

function quantity(header: RlpItem[], field: keyof typeof FIELD): number {
  const value = item(header, field);
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
