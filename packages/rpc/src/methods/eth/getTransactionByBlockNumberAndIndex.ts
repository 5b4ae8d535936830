import { formatTransaction } from "../../format/transaction.js";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { safeInteger } from "../../params/hex.js";

export const ethGetTransactionByBlockNumberAndIndex = defineMethod(
  "eth_getTransactionByBlockNumberAndIndex",
  [blockNumber, safeInteger],
  async (context, ref, index) => {
    const block = await findBlockOrPending(context, ref);
    const transaction = block?.transactions[index];
    if (!block || !transaction) return null;
    return formatTransaction(transaction, ref === "pending" ? null : { header: block.header, index });
  },
);
