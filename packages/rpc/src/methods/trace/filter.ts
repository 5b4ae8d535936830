import type { FlatTrace } from "@causeway/chain/tracing/flatTraces";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { RpcContext } from "../../context.js";
import { limitText } from "../../limitFlags.js";
import { heightOf } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { type TraceFilter, traceFilter } from "../../params/traceFilter.js";
import { invalidParams, limitExceeded } from "../../rpcError.js";
import { rewardTraces, tracesInto } from "../../traces/parityTraces.js";
import { runTrace } from "../../traces/runTrace.js";

export const traceFilterMethod = defineMethod("trace_filter", [traceFilter], async (context, filter) => {
  const { fromBlock, toBlock } = rangeOf(context, filter);
  const budget = new TraceBudget(context.limits.responseBytesMax);
  const end = filter.after + filter.count;
  const matching: FlatTrace[] = [];
  await runTrace(context, null, async (limits) => {
    for (let number = Math.max(fromBlock, 1); number <= toBlock && matching.length < end; number++) {
      await context.scope.step();
      const block = await context.reader.block(number);
      if (block === null) break;
      const traces: FlatTrace[] = [];
      await tracesInto(traces, context, block, () => true, budget, limits);
      matching.push(
        ...[...traces, ...rewardTraces(context, block)].filter((trace) => matches(trace, filter)),
      );
    }
  });
  return matching.slice(filter.after, end);
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

function matches({ action, result }: FlatTrace, { fromAddress, toAddress, union }: TraceFilter): boolean {
  const { from, to, address, refundAddress, author } = fields(action);
  const created = fields(result).address;
  const sent = holds(fromAddress, [from, address]);
  const received = holds(toAddress, [to, created, refundAddress, author]);
  if (fromAddress.size === 0) return toAddress.size === 0 || received;
  if (toAddress.size === 0) return sent;
  return union ? sent || received : sent && received;
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function holds(wanted: ReadonlySet<string>, found: readonly unknown[]): boolean {
  return found.some((value) => typeof value === "string" && wanted.has(value));
}
