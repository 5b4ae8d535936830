import { toHex } from "@causeway/protocol/hex";
import { findRawBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";

export const debugGetRawBlock = defineMethod("debug_getRawBlock", [blockRef], async (context, ref) =>
  toHex(await findRawBlock(context, ref)),
);
