import { rawReceipt } from "../../format/rawReceipt.js";
import { findHeader } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";

export const debugGetRawReceipts = defineMethod("debug_getRawReceipts", [blockRef], async (context, ref) => {
  const header = await findHeader(context, ref);
  const receipts = header === null ? null : await context.reader.receipts(header.number);
  return receipts?.map(rawReceipt) ?? null;
});
