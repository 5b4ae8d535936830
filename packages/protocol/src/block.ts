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

/**
 * The header of Osaka rules (Yellow Paper 4.3; EIP-1559, 4895, 4844, 4788, 7685 appended): the width of each field in
 * bytes, or that it is an integer.
 */
const HEADER_LAYOUT = [
  ["parentHash", 32],
  ["ommersHash", 32],
  ["coinbase", 20],
  ["stateRoot", 32],
  ["transactionsRoot", 32],
  ["receiptsRoot", 32],
  ["logsBloom", 256],
  ["difficulty", "integer"],
  ["number", "integer"],
  ["gasLimit", "integer"],
  ["gasUsed", "integer"],
  ["timestamp", "integer"],
  ["extraData", 32],
  ["mixHash", 32],
  ["nonce", 8],
  ["baseFeePerGas", "integer"],
  ["withdrawalsRoot", 32],
  ["blobGasUsed", "integer"],
  ["excessBlobGas", "integer"],
  ["parentBeaconBlockRoot", 32],
  ["requestsHash", 32],
] as const satisfies readonly (readonly [string, number | "integer"])[];
type HeaderField = (typeof HEADER_LAYOUT)[number][0];
type HeaderFields = Readonly<Record<HeaderField, Uint8Array>>;

const BLOCK_PARTS = 4;
/** The largest gasLimitTarget a chain may set, in transactions of 21,000 gas (X7). */
const TRANSACTIONS_MAX = Math.floor(1_000_000_000 / 21_000);
/** No chain of Ethereum's rules has more; Causeway's have none of either (H1), which the chain refuses by its own name. */
const OMMERS_MAX = 2;
const WITHDRAWALS_MAX = 16;
/** EIP-4895. */
const WITHDRAWAL_FIELDS = 4;
/** A word of the EVM: nothing flat in a block has more, save bloom and transactions. */
const INTEGER_BYTES_MAX = 32;

export type BlockDecodeError = CausewayError<{ code: "BlockMalformed"; field: string }>;

/**
 * Read the RLP of a block far enough to hash and route it. Lists are walked one level at a time and every part checked
 * for shape, so that no decoder behind this one meets endless nesting or items: a general one copies each list it enters.
 * @throws {BlockDecodeError} when the bytes are not canonical RLP of that shape.
 */
export function decodeBlock(bytes: Uint8Array): Block {
  const parts = blockParts(bytes);
  const transactions = list(parts.transactions, "transactions", TRANSACTIONS_MAX);
  read("transactions", () => {
    for (const { isList, raw, payload } of transactions) assertTransactionShape(isList ? raw : payload);
  });
  for (const ommer of list(parts.ommers, "ommers", OMMERS_MAX)) headerFields(ommer);
  for (const withdrawal of list(parts.withdrawals, "withdrawals", WITHDRAWALS_MAX)) {
    assertWithdrawalShape(withdrawal);
  }
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

interface BlockParts {
  readonly header: RlpItem;
  readonly transactions: RlpItem;
  readonly ommers: RlpItem;
  readonly withdrawals: RlpItem;
}

function blockParts(bytes: Uint8Array): BlockParts {
  const parts = list(
    read("block", () => readRlp(bytes, "block")),
    "block",
    BLOCK_PARTS,
  );
  const [header, transactions, ommers, withdrawals] = parts;
  if (!header?.isList || !transactions?.isList || !ommers?.isList || !withdrawals?.isList) {
    throw malformed("block", "lists of header, transactions, ommers and withdrawals");
  }
  return { header, transactions, ommers, withdrawals };
}

function header(item: RlpItem): BlockHeader {
  const fields = headerFields(item);
  return {
    hash: keccak256(item.raw) as Hash,
    height: quantity(fields, "number"),
    parentHash: toHex(fields.parentHash),
    coinbase: toHex(fields.coinbase),
    stateRoot: toHex(fields.stateRoot),
    extraData: toHex(fields.extraData),
    timestamp: quantity(fields, "timestamp"),
  };
}

/** Every field by its name, of the width it must have. */
function headerFields(item: RlpItem): HeaderFields {
  const items = list(item, "header", HEADER_LAYOUT.length);
  if (items.length !== HEADER_LAYOUT.length) {
    throw malformed("header", `a list of ${HEADER_LAYOUT.length} fields, got ${items.length}`);
  }
  const fields = HEADER_LAYOUT.map(([name, kind], i) => [name, fieldBytes(items[i], name, kind)]);
  return Object.fromEntries(fields) as HeaderFields;
}

function fieldBytes(item: RlpItem | undefined, name: string, kind: number | "integer"): Uint8Array {
  if (item === undefined || item.isList) throw malformed(name, "bytes");
  const { payload } = item;
  if (kind === "integer") {
    if (payload.length > INTEGER_BYTES_MAX || payload[0] === 0) {
      throw malformed(name, `a minimal integer of at most ${INTEGER_BYTES_MAX} bytes`);
    }
  } else if (payload.length !== kind) throw malformed(name, `${kind} bytes, got ${payload.length}`);
  return payload;
}

function assertWithdrawalShape(item: RlpItem): void {
  for (const { isList, payload } of list(item, "withdrawals", WITHDRAWAL_FIELDS)) {
    if (isList || payload.length > INTEGER_BYTES_MAX) {
      throw malformed("withdrawals", `lists of fields of at most ${INTEGER_BYTES_MAX} bytes`);
    }
  }
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

/** Six bytes stay below every safe integer, and no height or time needs more. */
const QUANTITY_BYTES_MAX = 6;

function quantity(fields: HeaderFields, field: "number" | "timestamp"): number {
  const value = fields[field];
  if (value.length > QUANTITY_BYTES_MAX) {
    throw malformed(field, `a minimal integer of at most ${QUANTITY_BYTES_MAX} bytes`);
  }
  return value.reduce((sum, byte) => sum * 256 + byte, 0);
}

function malformed(field: string, expected: string, cause?: unknown): BlockDecodeError {
  return new CausewayError({ code: "BlockMalformed", field }, `block RLP: ${field} must be ${expected}`, {
    cause,
  });
}
