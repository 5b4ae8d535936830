import type { FullBlock } from "@causeway/chain/chainReader";
import { formatHeader } from "./header.js";
import { quantity } from "./quantity.js";
import { formatTransaction } from "./transaction.js";

/** The block object; `full` puts whole transactions in the place of hashes. Ommers and withdrawals are always empty (H1). */
export function formatBlock({ header, transactions, size }: FullBlock, full: boolean) {
  return {
    ...formatHeader(header),
    size: quantity(size),
    transactions: transactions.map((transaction, index) =>
      full ? formatTransaction(transaction, { header, index }) : transaction.hash,
    ),
    uncles: [],
    withdrawals: [],
  };
}
