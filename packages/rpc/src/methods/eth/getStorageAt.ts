import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { address } from "../../params/hex.js";
import { storageKey } from "../../params/storageKey.js";

export const ethGetStorageAt = defineMethod(
  "eth_getStorageAt",
  [address, storageKey, blockRefOrLatest],
  async (context, address, { slot }, ref) =>
    context.reader.storage(address, slot, await stateHeight(context, ref)),
);
