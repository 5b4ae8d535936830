import { quantity } from "../../format/quantity.js";
import { heightOf } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";

/** Height of a tag, the head's by itself. */
export const erigonBlockNumber = defineMethod(
  "erigon_blockNumber",
  [blockNumber.optional()],
  (context, ref) => quantity(heightOf(context, ref ?? "latest")),
);
