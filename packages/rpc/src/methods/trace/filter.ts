import type { FlatTrace } from "@causeway/chain/tracing/flatTraces";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { TraceLimits } from "@causeway/chain/tracing/traceReader";
import type { FullBlock } from "@causeway/chain/types/block";
import { CausewayError } from "@causeway/protocol/errors";
import type { RpcContext } from "../../context.js";
import { limitText } from "../../limitFlags.js";
import { heightOf } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { type TraceFilter, traceFilter } from "../../params/traceFilter.js";
import { invalidParams, limitExceeded, RPC_CODE, RpcError } from "../../rpcError.js";
import { rewardTraces, tracesInto } from "../../traces/parityTraces.js";
import { runTrace } from "../../traces/runTrace.js";
import { TracePage } from "../../traces/tracePage.js";

export const traceFilterMethod = defineMethod("trace_filter", [traceFilter], async (context, filter) => {
  const { fromBlock, toBlock } = rangeOf(context, filter);
  const page = new TracePage(filter, context.limits);
  await runTrace(context, "block", null, async (limits) => {
    for (let number = Math.max(fromBlock, 1); number <= toBlock && !page.full; number++) {
      await context.scope.step();
      const block = await context.reader.block(number);
      if (block === null) break;
      page.add(number, await tracesOf(context, block, limits));
      page.add(number, rewardTraces(context, block));
    }
  });
  return page.traces;
});

/** Every block of it has to be run again. */
function rangeOf(context: RpcContext, filter: TraceFilter): { fromBlock: number; toBlock: number } {
  const { limits } = context;
  const head = context.reader.headNumber();
  const fromBlock = heightOf(context, filter.fromBlock);
  const toBlock = Math.min(heightOf(context, filter.toBlock), head);
  if (fromBlock > toBlock) throw invalidParams("invalid block range params");
  const blocks = toBlock - fromBlock + 1;
  if (blocks > limits.traceBlocksMax) {
    throw limitExceeded(
      `trace_filter spans ${blocks} blocks, ${limitText(limits, "traceBlocksMax")}: ask for a narrower range`,
    );
  }
  return { fromBlock, toBlock };
}

/** All of a block, which are held only until those that match are chosen: each block may have as much as an answer. */
async function tracesOf(context: RpcContext, block: FullBlock, limits: TraceLimits): Promise<FlatTrace[]> {
  const traces: FlatTrace[] = [];
  const budget = new TraceBudget(context.limits.responseBytesMax);
  try {
    await tracesInto(traces, context, block, () => true, budget, limits);
  } catch (error) {
    if (!(error instanceof CausewayError) || error.code !== "TraceTooLarge") throw error;
    throw new RpcError(
      RPC_CODE.responseTooLarge,
      `the traces of block ${block.header.number} are too large, ${limitText(context.limits, "responseBytesMax")}: leave it out and ask trace_transaction for its transactions`,
    );
  }
  return traces;
}
