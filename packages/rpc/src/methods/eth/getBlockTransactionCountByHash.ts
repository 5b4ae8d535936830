import { quantity } from "../../format/quantity.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

export const ethGetBlockTransactionCountByHash = defineMethod(
  "eth_getBlockTransactionCountByHash",
  [hash],
  async (context, hash) => {
    const block = await findBlock(context, { hash });
    return block === null ? null : quantity(block.transactions.length);
  },
);
