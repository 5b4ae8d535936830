import { findHeader } from "../../blockResolver.js";
import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

/** Blocks have no ommers (H1). */
export const ethGetUncleCountByBlockHash = defineMethod(
  "eth_getUncleCountByBlockHash",
  [hash],
  async (context, hash) => ((await findHeader(context, { hash })) === null ? null : quantity(0)),
);
