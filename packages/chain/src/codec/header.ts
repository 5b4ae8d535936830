import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { type ChainErrorCode, chainError } from "../chainError.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { CausewayHeader, Header } from "../types/header.js";
import { fromHex, toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

export type HeaderFields = Omit<Header, "hash">;
export type CausewayHeaderFields = Omit<CausewayHeader, "hash">;

/** keccak256(rlp([])): the ommers' hash of every block (H1). */
export const EMPTY_LIST_HASH: Hash = toHex(keccak256(RLP.encode([])));
/** Root of the empty trie: of no transactions, receipts or withdrawals. */
export const EMPTY_ROOT: Hash = toHex(keccak256(RLP.encode(new Uint8Array())));
export const EMPTY_BLOOM: Hex = `0x${"00".repeat(256)}`;
export const ZERO_NONCE: Hex = `0x${"00".repeat(8)}`;

type FieldKind = number | "bytes" | "bigint" | "number";

/** Fields in RLP order (Yellow Paper 4.3; EIP-1559, 4895, 4844, 4788, 7685 appended), with their width in bytes or the type an integer becomes; a fork's are there together or not at all. */
const LAYOUT = [
  ["parentHash", 32],
  ["sha3Uncles", 32],
  ["miner", 20],
  ["stateRoot", 32],
  ["transactionsRoot", 32],
  ["receiptsRoot", 32],
  ["logsBloom", 256],
  ["difficulty", "bigint"],
  ["number", "number"],
  ["gasLimit", "bigint"],
  ["gasUsed", "bigint"],
  ["timestamp", "number"],
  ["extraData", "bytes"],
  ["mixHash", 32],
  ["nonce", 8],
  ["baseFeePerGas", "bigint"],
  ["withdrawalsRoot", 32],
  ["blobGasUsed", "bigint"],
  ["excessBlobGas", "bigint"],
  ["parentBeaconBlockRoot", 32],
  ["requestsHash", 32],
] as const satisfies readonly (readonly [keyof HeaderFields, FieldKind])[];

/** Frontier, London, Shanghai, Cancun, Prague. */
const FIELD_COUNTS: readonly number[] = [15, 16, 17, 20, 21];

/** Fields whose rule has another name (H1). */
const RULE_FIELD: Readonly<Record<string, string>> = {
  sha3Uncles: "ommers",
  miner: "coinbase",
  baseFeePerGas: "baseFee",
};
/** No header integer needs more bytes: wei of a base fee fits. */
const INTEGER_BYTES_MAX = 32;
const UINT64_END = 2n ** 64n;
/** Yellow Paper 4.3.4. */
const EXTRA_DATA_BYTES_MAX = 32;

export function headerItems(header: HeaderFields): Uint8Array[] {
  return LAYOUT.flatMap(([name]) => {
    const value: Hex | bigint | number | null =
      name === "timestamp" ? (header.wideTimestamp ?? header.timestamp) : header[name];
    if (value === null) return [];
    return typeof value === "string" ? fromHex(value) : integerBytes(BigInt(value));
  });
}

export function headerHash(header: HeaderFields): Hash {
  return toHex(keccak256(RLP.encode(headerItems(header))));
}

/**
 * The header of any fork, told by how many fields it has.
 * @throws ChainError "H1.<field>" for a field of the wrong shape, "H1.encoding" for the list itself.
 */
export function decodeHeader(items: readonly unknown[]): Header {
  if (!FIELD_COUNTS.includes(items.length)) {
    throw chainError(
      "H1.encoding",
      `header must have ${FIELD_COUNTS.join(", ")} fields, got ${items.length} (H1)`,
    );
  }
  const fields: Record<string, Hex | bigint | number | null> = {};
  for (const [i, [name, kind]] of LAYOUT.entries()) {
    fields[name] = i < items.length ? decodeField(name, kind, items[i]) : null;
  }
  const { timestamp } = fields;
  if (typeof timestamp === "bigint") {
    fields.timestamp = Number.MAX_SAFE_INTEGER;
    fields.wideTimestamp = timestamp;
  }
  return {
    ...(fields as unknown as HeaderFields),
    hash: toHex(keccak256(RLP.encode(items as Uint8Array[]))),
  };
}

/**
 * What is known of every header of Causeway's own chains: no field is missing (H2).
 * @throws ChainError "H1.encoding" for a header of an earlier fork.
 */
export function causewayHeader(header: Header): CausewayHeader {
  if (header.wideTimestamp !== undefined) {
    throw chainError(
      "H1.timestamp",
      `header timestamp ${header.wideTimestamp} is beyond the safe integers (H1)`,
    );
  }
  const missing = LAYOUT.find(([name]) => header[name] === null);
  if (missing === undefined) return header as CausewayHeader;
  throw chainError("H1.encoding", `header must have ${LAYOUT.length} fields, ${missing[0]} is missing (H1)`);
}

function decodeField(name: string, kind: FieldKind, item: unknown): Address | Hex | bigint | number {
  const code: ChainErrorCode = `H1.${RULE_FIELD[name] ?? name}`;
  if (!(item instanceof Uint8Array)) throw chainError(code, `header ${name} must be bytes (H1)`);
  if (kind === "bytes") {
    if (item.length <= EXTRA_DATA_BYTES_MAX) return toHex(item);
    throw chainError(
      code,
      `header ${name} must have at most ${EXTRA_DATA_BYTES_MAX} bytes, got ${item.length} (H1)`,
    );
  }
  if (typeof kind === "number") {
    if (item.length !== kind) {
      throw chainError(code, `header ${name} must have ${kind} bytes, got ${item.length} (H1)`);
    }
    return toHex(item);
  }
  if (item.length > INTEGER_BYTES_MAX || item[0] === 0) {
    throw chainError(code, `header ${name} must be a minimal integer (H1)`);
  }
  const value = item.length === 0 ? 0n : BigInt(toHex(item));
  if (kind === "bigint") return value;
  if (name === "timestamp" && value > BigInt(Number.MAX_SAFE_INTEGER) && value < UINT64_END) return value;
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw chainError(code, `header ${name} ${value} is beyond the safe integers (H1)`);
  }
  return Number(value);
}
