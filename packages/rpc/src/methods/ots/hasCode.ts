import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";

export const otsHasCode = defineMethod(
  "ots_hasCode",
  [address, blockRefOrLatest],
  async (context, address, ref) =>
    (await context.reader.code(address, await stateHeight(context, ref))) !== "0x",
);
