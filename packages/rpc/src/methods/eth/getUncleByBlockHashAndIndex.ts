import { defineMethod } from "../../method.js";
import { hash, safeInteger } from "../../params/hex.js";

/** Blocks have no ommers (H1). */
export const ethGetUncleByBlockHashAndIndex = defineMethod(
  "eth_getUncleByBlockHashAndIndex",
  [hash, safeInteger],
  () => null,
);
