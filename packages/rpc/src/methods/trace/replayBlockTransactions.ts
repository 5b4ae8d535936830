import { ReplayTracer } from "@causeway/chain/tracing/replayTracer";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import { findBlock } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRef } from "../../params/blockRef.js";
import { traceTypes } from "../../params/traceTypes.js";
import { runTrace } from "../../traces/runTrace.js";

export const traceReplayBlockTransactions = defineMethod(
  "trace_replayBlockTransactions",
  [blockRef, traceTypes],
  async (context, ref, parts) => {
    const block = await findBlock(context, ref);
    if (block === null) return null;
    if (block.header.number === 0) return [];
    const budget = new TraceBudget(context.limits.responseBytesMax);
    const tracers = block.transactions.map(() => new ReplayTracer(parts, budget));
    await runTrace(context, "replay", null, (limits) =>
      context.reader.traces.block(block, (_, index) => tracers[index], limits),
    );
    return tracers.map((tracer, i) => ({
      ...tracer.result(),
      transactionHash: block.transactions[i]?.hash ?? null,
    }));
  },
);
