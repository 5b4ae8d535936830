import { quantity } from "../../format/quantity.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";

export const ethGetBalance = defineMethod(
  "eth_getBalance",
  [address, blockRefOrLatest],
  async (context, address, ref) =>
    quantity((await context.reader.account(address, await stateHeight(context, ref))).balance),
);
