import type { FullBlock } from "@causeway/chain/types/block";
import type { Header } from "@causeway/chain/types/header";
import { formatBlock } from "./block.js";
import { formatHeader } from "./header.js";
import { formatTransaction } from "./transaction.js";

/** What nobody knows of a block before it is proposed, null as from geth. */
const UNKNOWN = { hash: null, nonce: null, miner: null };

/** The block object of the pending block; its transactions are in no block yet. */
export function formatPendingBlock(block: FullBlock, full: boolean) {
  const formatted = { ...formatBlock(block, false), ...UNKNOWN };
  if (!full) return formatted;
  return {
    ...formatted,
    transactions: block.transactions.map((transaction) => formatTransaction(transaction, null)),
  };
}

export function formatPendingHeader(header: Header) {
  return { ...formatHeader(header), ...UNKNOWN };
}
