import { toHex } from "@causeway/protocol/hex";
import { findRawBlock } from "../../blockResolver.js";
import { headerRlp } from "../../headerRlp.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";

export const debugGetRawHeader = defineMethod("debug_getRawHeader", [blockRef], async (context, ref) =>
  toHex(headerRlp(await findRawBlock(context, ref))),
);
