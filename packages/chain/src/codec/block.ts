import type { Hash } from "@causeway/protocol/hex";
import { type RlpItem, readRlp, readRlpList } from "@causeway/protocol/wire/rlpItem";
import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { FullBlock } from "../types/block.js";
import type { CausewayHeader, Header, Withdrawal } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";
import { causewayHeader, decodeHeader, type HeaderFields, headerItems } from "./header.js";
import { toHex } from "./hex.js";
import { bodyItem, decodeTransaction, rawFromBodyItem } from "./transaction.js";
import { decodeWithdrawal, withdrawalItems } from "./withdrawal.js";

/** A block of a Causeway chain taken apart, before any rule but its encoding was checked. */
export interface BlockParts {
  readonly header: CausewayHeader;
  /** EIP-2718 encodings. */
  readonly rawTransactions: readonly Uint8Array[];
  readonly ommers: number;
  /** keccak256 of the list of ommers. */
  readonly ommersHash: Hash;
  /** RLP of each. */
  readonly withdrawals: readonly Uint8Array[];
  readonly size: number;
}

/** A block of any fork taken apart. */
export interface EthereumBlockParts {
  readonly header: Header;
  /** EIP-2718 encodings. */
  readonly rawTransactions: readonly Uint8Array[];
  readonly ommers: readonly Header[];
  /** null where the block has no such list, as before Shanghai. */
  readonly withdrawals: readonly Withdrawal[] | null;
  readonly size: number;
}

/** Of any fork; how many there must be says decodeHeader. */
const HEADER_FIELDS_MAX = 32;
/** What a list of either may hold before it is refused for holding any (H1). */
const OMMERS_MAX = 2;
const WITHDRAWALS_MAX = 16;

/**
 * Take a block apart one level of a list at a time: a general decoder copies every list it enters, which of lists in
 * lists takes memory by their size times their depth.
 * @throws ChainError "H1.encoding" or "H1.<header field>".
 */
export function decodeBlockParts(bytes: Uint8Array): BlockParts {
  const [header, transactions, ommers, withdrawals] = blockLists(bytes);
  return {
    header: causewayHeader(decodeHeader(items(header, HEADER_FIELDS_MAX).map(fieldBytes))),
    rawTransactions: items(transactions, bytes.length).map(rawTransaction),
    ommers: items(ommers, OMMERS_MAX).length,
    ommersHash: toHex(keccak256(ommers.raw)),
    withdrawals: items(withdrawals, WITHDRAWALS_MAX).map(({ raw }) => raw),
    size: bytes.length,
  };
}

type BlockLists = [header: RlpItem, transactions: RlpItem, ommers: RlpItem, withdrawals: RlpItem];

function blockLists(bytes: Uint8Array): BlockLists {
  const parts = items(
    canonical(() => readRlp(bytes, "block")),
    4,
  );
  if (parts.length === 4 && parts.every(({ isList }) => isList)) return parts as BlockLists;
  throw chainError(
    "H1.encoding",
    "block must be a list of header, transactions, ommers and withdrawals (H1)",
  );
}

function items(list: RlpItem, max: number): RlpItem[] {
  return canonical(() => readRlpList(list, "block", max));
}

function canonical<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw chainError("H1.encoding", "block is not RLP of the expected shape (H1)", cause);
  }
}

function fieldBytes({ isList, payload }: RlpItem): Uint8Array {
  if (isList) throw chainError("H1.encoding", "header holds a list, which must be bytes (H1)");
  return payload;
}

/** A legacy transaction is a list, one of a type the contents of a string (EIP-2718). */
function rawTransaction({ isList, raw, payload }: RlpItem): Uint8Array {
  // Copies: a transaction that is kept must not keep its whole block.
  return isList ? raw.slice() : rawFromBodyItem(payload.slice());
}

/**
 * Three lists before Shanghai, four since (EIP-4895).
 * @throws ChainError "H1.encoding" or "H1.<header field>".
 */
export function decodeEthereumBlock(bytes: Uint8Array): EthereumBlockParts {
  const parts = decodeRlp(bytes);
  const [header, transactions, ommers, withdrawals] = parts;
  if (parts.length < 3 || parts.length > 4 || !parts.every(Array.isArray)) {
    throw chainError("H1.encoding", "block must be a list of header, transactions, ommers and withdrawals");
  }
  return {
    header: decodeHeader(header as unknown[]),
    rawTransactions: (transactions as unknown[]).map(rawFromBodyItem),
    ommers: (ommers as unknown[]).map((item) => decodeHeader(Array.isArray(item) ? item : [])),
    withdrawals: withdrawals === undefined ? null : (withdrawals as unknown[]).map(decodeWithdrawal),
    size: bytes.length,
  };
}

/** RLP [header, transactions, ommers], and withdrawals where the fork has them. */
export function encodeBlock(
  header: HeaderFields,
  transactions: readonly Transaction[],
  ommers: readonly Header[] = [],
  withdrawals: readonly Withdrawal[] = [],
): Uint8Array {
  return RLP.encode([
    headerItems(header),
    transactions.map((tx) => bodyItem(tx.raw)),
    ommers.map(headerItems),
    ...(header.withdrawalsRoot === null ? [] : [withdrawals.map(withdrawalItems)]),
  ]);
}

/** Decode a block of the finalized chain, whose rules were checked when it was executed. */
export function decodeFullBlock(bytes: Uint8Array): FullBlock {
  const { header, rawTransactions, ommers, withdrawals } = decodeEthereumBlock(bytes);
  const transactions = rawTransactions.map((raw) => decodeTransaction(raw));
  return { header, transactions, ommers, withdrawals, size: bytes.length };
}

function decodeRlp(bytes: Uint8Array): unknown[] {
  try {
    const decoded: unknown = RLP.decode(bytes);
    if (Array.isArray(decoded)) return decoded;
  } catch (cause) {
    throw chainError("H1.encoding", "block is no RLP (H1)", cause);
  }
  throw chainError("H1.encoding", "block must be an RLP list (H1)");
}
