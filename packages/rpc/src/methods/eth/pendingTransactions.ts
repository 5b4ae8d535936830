import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { poolContent } from "../../pool/poolContent.js";

/** What could be in the next block. A node holds nobody's keys, so nobody's transactions are more its own than others. */
export const ethPendingTransactions = defineMethod("eth_pendingTransactions", [], async (context) => {
  const { pending } = await poolContent(context);
  return pending.map((transaction) => formatTransaction(transaction, null));
});
