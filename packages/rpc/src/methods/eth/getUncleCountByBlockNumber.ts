import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { findBlockOrPending } from "../../pendingBlock.js";

export const ethGetUncleCountByBlockNumber = defineMethod(
  "eth_getUncleCountByBlockNumber",
  [blockNumber],
  async (context, ref) => {
    const block = await findBlockOrPending(context, ref);
    return block === null ? null : quantity(block.ommers.length);
  },
);
