import { quantity } from "../../format/quantity.js";
import { defineMethod } from "../../method.js";

/** Wei per blob gas in the newest block. Causeway's chains take no blobs (H1), so that it never moves from its least, 1. */
export const ethBlobBaseFee = defineMethod("eth_blobBaseFee", [], async ({ reader }) => {
  const head = await reader.header(reader.headNumber());
  return quantity((head === null ? null : reader.blobFees(head))?.baseFee ?? 0n);
});
