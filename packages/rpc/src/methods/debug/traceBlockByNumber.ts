import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockNumber } from "../../params/blockRef.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { traceBlock } from "../../traces/debugTraces.js";

export const debugTraceBlockByNumber = defineMethod(
  "debug_traceBlockByNumber",
  [blockNumber, traceConfig],
  async (context, ref, config) => {
    const block = await findBlock(context, ref);
    if (block === null) throw serverError(`block #${ref} not found`);
    return traceBlock(context, block, config);
  },
);
