import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

/** EIP-4844's minimum: blobs are not taken here (H1), so their price never moves. */
export const ethBlobBaseFee = defineMethod("eth_blobBaseFee", [], () => quantity(1));
