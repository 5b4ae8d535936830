import { ReplayTracer } from "@causeway/chain/tracing/replayTracer";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import { defineMethod } from "../../method.js";
import { hash } from "../../params/hex.js";
import { traceTypes } from "../../params/traceTypes.js";
import { serverError } from "../../rpcError.js";
import { traceTransaction } from "../../traces/debugTraces.js";

export const traceReplayTransaction = defineMethod(
  "trace_replayTransaction",
  [hash, traceTypes],
  async (context, hash, parts) => {
    const found = await context.reader.transaction(hash);
    const block = found === null ? null : await context.reader.block(found.header.number);
    if (found === null || block === null) throw serverError("transaction not found");
    const tracer = new ReplayTracer(parts, new TraceBudget(context.limits.responseBytesMax));
    await traceTransaction(context, block, found.index, tracer, "replay");
    return tracer.result();
  },
);
