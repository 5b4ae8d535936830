import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { safeInteger } from "../../params/hex.js";

/** Blocks have no ommers (H1). */
export const ethGetUncleByBlockNumberAndIndex = defineMethod(
  "eth_getUncleByBlockNumberAndIndex",
  [blockNumber, safeInteger],
  () => null,
);
