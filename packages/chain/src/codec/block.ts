import { RLP } from "@ethereumjs/rlp";
import { chainError } from "../chainError.js";
import type { FullBlock, Header, Transaction } from "../chainReader.js";
import { decodeHeader, headerItems } from "./header.js";
import { bodyItem, decodeTransaction, rawFromBodyItem } from "./transaction.js";

/** A block taken apart, before any rule but its encoding was checked. */
export interface BlockParts {
  readonly header: Header;
  /** EIP-2718 encodings. */
  readonly rawTransactions: readonly Uint8Array[];
  readonly ommers: number;
  readonly withdrawals: number;
  readonly size: number;
}

/** @throws ChainError "H1.encoding" or "H1.<header field>". */
export function decodeBlockParts(bytes: Uint8Array): BlockParts {
  const parts = decodeRlp(bytes);
  const [header, transactions, ommers, withdrawals] = parts;
  if (parts.length !== 4 || ![header, transactions, ommers, withdrawals].every(Array.isArray)) {
    throw chainError(
      "H1.encoding",
      "block must be a list of header, transactions, ommers and withdrawals (H1)",
    );
  }
  return {
    header: decodeHeader(header as unknown[]),
    rawTransactions: (transactions as unknown[]).map(rawFromBodyItem),
    ommers: (ommers as unknown[]).length,
    withdrawals: (withdrawals as unknown[]).length,
    size: bytes.length,
  };
}

/** RLP [header, transactions, no ommers, no withdrawals]. */
export function encodeBlock(header: Omit<Header, "hash">, transactions: readonly Transaction[]): Uint8Array {
  return RLP.encode([headerItems(header), transactions.map((tx) => bodyItem(tx.raw)), [], []]);
}

/** Decode a block of the finalized chain, whose rules were checked when it was executed. */
export function decodeFullBlock(bytes: Uint8Array): FullBlock {
  const { header, rawTransactions } = decodeBlockParts(bytes);
  return { header, transactions: rawTransactions.map((raw) => decodeTransaction(raw)), size: bytes.length };
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
