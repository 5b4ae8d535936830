import { quantity } from "../../format/quantity.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

export const ethGetUncleCountByBlockHash = defineMethod(
  "eth_getUncleCountByBlockHash",
  [hash],
  async (context, hash) => {
    const block = await findBlock(context, { hash });
    return block === null ? null : quantity(block.ommers.length);
  },
);
