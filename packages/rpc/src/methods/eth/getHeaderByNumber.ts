import { findHeader } from "../../blockResolver.js";
import { formatHeader } from "../../format/header.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

export const ethGetHeaderByNumber = defineMethod(
  "eth_getHeaderByNumber",
  [blockNumber],
  async (context, ref) => {
    const header = await findHeader(context, ref);
    return header === null ? null : formatHeader(header);
  },
);
