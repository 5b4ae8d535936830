import { quantity } from "../../format/quantity.js";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

export const ethGetUncleCountByBlockNumber = defineMethod(
  "eth_getUncleCountByBlockNumber",
  [blockNumber],
  async (context, ref) => {
    const block = await findBlockOrPending(context, ref);
    return block === null ? null : quantity(block.ommers.length);
  },
);
