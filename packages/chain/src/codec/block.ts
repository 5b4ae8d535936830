import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import type { CausewayHeader, FullBlock, Header, Transaction, Withdrawal } from "../chainReader.js";
import { causewayHeader, decodeHeader, type HeaderFields, headerItems } from "./header.js";
import { bodyItem, decodeTransaction, rawFromBodyItem } from "./transaction.js";
import { decodeWithdrawal, withdrawalItems } from "./withdrawal.js";

/** A block of a Causeway chain taken apart, before any rule but its encoding was checked. */
export interface BlockParts {
  readonly header: CausewayHeader;
  /** EIP-2718 encodings. */
  readonly rawTransactions: readonly Uint8Array[];
  readonly ommers: number;
  readonly withdrawals: number;
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

/** @throws ChainError "H1.encoding" or "H1.<header field>". */
export function decodeBlockParts(bytes: Uint8Array): BlockParts {
  const parts = decodeRlp(bytes);
  const [header, transactions, ommers, withdrawals] = parts;
  if (parts.length !== 4 || !parts.every(Array.isArray)) {
    throw chainError(
      "H1.encoding",
      "block must be a list of header, transactions, ommers and withdrawals (H1)",
    );
  }
  return {
    header: causewayHeader(decodeHeader(header as unknown[])),
    rawTransactions: (transactions as unknown[]).map(rawFromBodyItem),
    ommers: (ommers as unknown[]).length,
    withdrawals: (withdrawals as unknown[]).length,
    size: bytes.length,
  };
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
