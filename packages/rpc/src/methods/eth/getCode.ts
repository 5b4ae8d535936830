import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";

export const ethGetCode = defineMethod(
  "eth_getCode",
  [address, blockRefOrLatest],
  async (context, address, ref) => context.reader.code(address, await stateHeight(context, ref)),
);
