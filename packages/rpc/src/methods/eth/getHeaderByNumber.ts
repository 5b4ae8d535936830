import { findHeader } from "../../blockResolver.js";
import { formatHeader } from "../../format/header.js";
import { formatPendingHeader } from "../../format/pendingBlock.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { pendingBlock } from "../../pendingBlock.js";

export const ethGetHeaderByNumber = defineMethod(
  "eth_getHeaderByNumber",
  [blockNumber],
  async (context, ref) => {
    if (ref === "pending") {
      const block = await pendingBlock(context);
      return block === null ? null : formatPendingHeader(block.header);
    }
    const header = await findHeader(context, ref);
    return header === null ? null : formatHeader(header);
  },
);
