import { formatTransaction } from "../../format/transaction.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash, safeInteger } from "../../params/hex.js";

export const ethGetTransactionByBlockHashAndIndex = defineMethod(
  "eth_getTransactionByBlockHashAndIndex",
  [hash, safeInteger],
  async (context, hash, index) => {
    const block = await findBlock(context, { hash });
    const transaction = block?.transactions[index];
    if (!block || !transaction) return null;
    return formatTransaction(transaction, { header: block.header, index });
  },
);
