import { z } from "zod";
import { findBlock } from "../../blockResolver.js";
import { formatBlock } from "../../format/block.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { pendingBlock } from "../../pendingBlock.js";

export const ethGetBlockByNumber = defineMethod(
  "eth_getBlockByNumber",
  [blockNumber, z.boolean("want a boolean")],
  async (context, ref, full) => {
    if (ref === "pending") return pendingBlock(context, full);
    const block = await findBlock(context, ref);
    return block === null ? null : formatBlock(block, full);
  },
);
