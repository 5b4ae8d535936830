import { defineMethod } from "../../method.js";
import { otsBlockDetails } from "../../otterscan/otsBlock.js";
import { hash } from "../../params/hex.js";

export const otsGetBlockDetailsByHash = defineMethod(
  "ots_getBlockDetailsByHash",
  [hash],
  async (context, hash) => otsBlockDetails(context, await context.reader.block(hash)),
);
