import { formatOmmer } from "../../format/block.js";
import { findBlockOrPending } from "../../lookup/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { safeInteger } from "../../params/hex.js";

/** Only chains that began by work have ommers; Causeway's have none (H1). */
export const ethGetUncleByBlockNumberAndIndex = defineMethod(
  "eth_getUncleByBlockNumberAndIndex",
  [blockNumber, safeInteger],
  async (context, ref, index) => {
    const ommer = (await findBlockOrPending(context, ref))?.ommers[index];
    return ommer === undefined ? null : formatOmmer(ommer);
  },
);
