import { z } from "zod";
import { formatBlock } from "../../format/block.js";
import { formatPendingBlock } from "../../format/pendingBlock.js";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

export const ethGetBlockByNumber = defineMethod(
  "eth_getBlockByNumber",
  [blockNumber, z.boolean("want a boolean")],
  async (context, ref, full) => {
    const block = await findBlockOrPending(context, ref);
    if (block === null) return null;
    return ref === "pending" ? formatPendingBlock(block, full) : formatBlock(block, full);
  },
);
