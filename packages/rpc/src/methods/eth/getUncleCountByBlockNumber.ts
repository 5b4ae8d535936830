import { findHeader } from "../../blockResolver.js";
import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

/** Blocks have no ommers (H1). */
export const ethGetUncleCountByBlockNumber = defineMethod(
  "eth_getUncleCountByBlockNumber",
  [blockNumber],
  async (context, ref) => ((await findHeader(context, ref)) === null ? null : quantity(0)),
);
