import { formatOmmer } from "../../format/block.js";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash, safeInteger } from "../../params/hex.js";

/** Only chains that began by work have ommers; Causeway's have none (H1). */
export const ethGetUncleByBlockHashAndIndex = defineMethod(
  "eth_getUncleByBlockHashAndIndex",
  [hash, safeInteger],
  async (context, hash, index) => {
    const ommer = (await findBlock(context, { hash }))?.ommers[index];
    return ommer === undefined ? null : formatOmmer(ommer);
  },
);
