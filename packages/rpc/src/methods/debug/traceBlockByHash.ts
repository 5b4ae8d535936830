import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { traceBlock } from "../../traces/debugTraces.js";

export const debugTraceBlockByHash = defineMethod(
  "debug_traceBlockByHash",
  [hash, traceConfig],
  async (context, hash, config) => {
    const block = await context.reader.block(hash);
    if (block === null) throw serverError(`block ${hash} not found`);
    return traceBlock(context, block, config);
  },
);
