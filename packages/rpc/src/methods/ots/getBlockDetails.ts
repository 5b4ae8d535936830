import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { otsBlockDetails } from "../../otterscan/otsBlock.js";
import { otsBlock } from "../../params/otsNumbers.js";

export const otsGetBlockDetails = defineMethod("ots_getBlockDetails", [otsBlock], async (context, ref) =>
  otsBlockDetails(context, await findBlock(context, ref)),
);
