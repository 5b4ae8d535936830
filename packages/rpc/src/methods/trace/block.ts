import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";
import { blockTraces } from "../../traces/parityTraces.js";

export const traceBlock = defineMethod("trace_block", [blockRef], async (context, ref) => {
  const block = await findBlock(context, ref);
  return block === null ? null : blockTraces(context, block);
});
