import { formatHeader } from "../../format/header.js";
import { findHeader } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";

export const ethGetHeaderByHash = defineMethod("eth_getHeaderByHash", [hash], async (context, hash) => {
  const header = await findHeader(context, { hash });
  return header === null ? null : formatHeader(header);
});
