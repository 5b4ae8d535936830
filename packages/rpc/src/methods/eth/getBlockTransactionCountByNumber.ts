import { quantity } from "../../format/quantity.js";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

export const ethGetBlockTransactionCountByNumber = defineMethod(
  "eth_getBlockTransactionCountByNumber",
  [blockNumber],
  async (context, ref) => {
    const block = await findBlockOrPending(context, ref);
    return block === null ? null : quantity(block.transactions.length);
  },
);
