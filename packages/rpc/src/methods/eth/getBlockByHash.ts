import { z } from "zod";
import { formatBlock } from "../../format/block.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

export const ethGetBlockByHash = defineMethod(
  "eth_getBlockByHash",
  [hash, z.boolean("want a boolean")],
  async (context, hash, full) => {
    const block = await findBlock(context, { hash });
    return block === null ? null : formatBlock(block, full);
  },
);
