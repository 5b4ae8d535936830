import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { traceConfig } from "../../params/traceConfig.js";
import { serverError } from "../../rpcError.js";
import { traceTransaction } from "../../traces/debugTraces.js";
import { tracerOf } from "../../traces/tracers.js";

export const debugTraceTransaction = defineMethod(
  "debug_traceTransaction",
  [hash, traceConfig],
  async (context, hash, config) => {
    const tracer = tracerOf(config, new TraceBudget(context.limits.responseBytesMax));
    const found = await context.reader.transaction(hash);
    const block = found === null ? null : await context.reader.block(found.header.number);
    if (found === null || block === null) throw serverError("transaction not found");
    await traceTransaction(context, block, found.index, tracer, "steps", config.timeout);
    return tracer.result();
  },
);
