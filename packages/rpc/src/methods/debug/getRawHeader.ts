import { toHex } from "@causeway/protocol/hex";
import { headerRlp } from "../../format/headerRlp.js";
import { findRawBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";

export const debugGetRawHeader = defineMethod("debug_getRawHeader", [blockRef], async (context, ref) =>
  toHex(headerRlp(await findRawBlock(context, ref))),
);
