import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { runTrace } from "../../traces/runTrace.js";

/** State root after each transaction of a block. */
export const debugIntermediateRoots = defineMethod(
  "debug_intermediateRoots",
  [hash, traceConfig],
  async (context, hash, config) => {
    const { reader } = context;
    const block = await reader.block(hash);
    if (block === null) throw serverError(`block ${hash} not found`);
    return runTrace(context, "steps", config.timeout, (limits) => reader.traces.roots(block, limits));
  },
);
