import { formatBlock } from "../../format/block.js";
import { formatReceipt } from "../../format/receipt.js";
import { formatTransaction } from "../../format/transaction.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { otsBlock, pageNumber, pageSize } from "../../params/otsNumbers.js";

/** "0x" and a function selector. */
const SELECTOR_CHARS = 10;

/** Pages count from the end of the block, as in Erigon; each stands in the block's order. */
export const otsGetBlockTransactions = defineMethod(
  "ots_getBlockTransactions",
  [otsBlock, pageNumber, pageSize],
  async (context, ref, page, size) => {
    const block = await findBlock(context, ref);
    if (block === null) return null;
    const { header } = block;
    const count = block.transactions.length;
    const end = Math.max(0, count - page * size);
    const start = Math.max(0, end - size);
    const transactions = block.transactions.slice(start, end).map((transaction, i) => {
      const formatted = formatTransaction(transaction, { header, index: start + i });
      return { ...formatted, input: formatted.input.slice(0, SELECTOR_CHARS) };
    });
    const receipts = ((await context.reader.receipts(header.number)) ?? []).slice(start, end);
    return {
      fullblock: { ...formatBlock(block, false), logsBloom: null, transactionCount: count, transactions },
      receipts: receipts.map((receipt) => ({ ...formatReceipt(receipt), logs: null, logsBloom: null })),
    };
  },
);
