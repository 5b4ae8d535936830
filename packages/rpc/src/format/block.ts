import { encodeBlock } from "@causeway/chain/codec/block";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Header, Withdrawal } from "@causeway/chain/types/header";
import { formatHeader } from "./header.js";
import { quantity } from "./quantity.js";
import { formatTransaction } from "./transaction.js";

/** The block object; `full` puts whole transactions in the place of hashes. Withdrawals exist since Shanghai. */
export function formatBlock({ header, transactions, ommers, withdrawals, size }: FullBlock, full: boolean) {
  return {
    ...formatHeader(header),
    size: quantity(size),
    transactions: transactions.map((transaction, index) =>
      full ? formatTransaction(transaction, { header, index }) : transaction.hash,
    ),
    uncles: ommers.map(({ hash }) => hash),
    ...(withdrawals === null ? {} : { withdrawals: withdrawals.map(formatWithdrawal) }),
  };
}

/** The header of an ommer as a block object, which is all there is of it. */
export function formatOmmer(header: Header) {
  return { ...formatHeader(header), size: quantity(encodeBlock(header, []).length), uncles: [] };
}

function formatWithdrawal({ index, validatorIndex, address, amount }: Withdrawal) {
  return {
    index: quantity(index),
    validatorIndex: quantity(validatorIndex),
    address,
    amount: quantity(amount),
  };
}
