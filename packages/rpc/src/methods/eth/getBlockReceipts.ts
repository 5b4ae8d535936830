import { formatReceipt } from "../../format/receipt.js";
import { findHeader } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";
import { serverError } from "../../rpcError.js";

export const ethGetBlockReceipts = defineMethod("eth_getBlockReceipts", [blockRef], async (context, ref) => {
  // A block is executed when it is proposed.
  if (ref === "pending") throw serverError("pending receipts is not available");
  const header = await findHeader(context, ref);
  const receipts = header === null ? null : await context.reader.receipts(header.number);
  return receipts?.map(formatReceipt) ?? null;
});
