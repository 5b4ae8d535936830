import type { FlatTrace } from "@causeway/chain/tracing/flatTraces";
import { ParityTracer } from "@causeway/chain/tracing/parityTracer";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { FullBlock } from "@causeway/chain/types/block";
import type { RpcContext } from "../context.js";
import { quantity } from "../format/quantity.js";
import { runTrace } from "./runTrace.js";

/** The frames of a block's transactions, each with its place; rewards of a block made by work at the end. */
export async function blockTraces(context: RpcContext, block: FullBlock): Promise<FlatTrace[]> {
  if (block.header.number === 0) return [];
  const budget = new TraceBudget(context.limits.responseBytesMax);
  const traces: FlatTrace[] = [];
  await runTrace(context, "block", null, (limits) =>
    tracesInto(traces, context, block, () => true, budget, limits),
  );
  return [...traces, ...rewardTraces(context, block)];
}

/** The frames of one transaction; null where there is none of that hash. */
export async function transactionTraces(
  context: RpcContext,
  hash: `0x${string}`,
): Promise<FlatTrace[] | null> {
  const found = await context.reader.transaction(hash);
  const block = found === null ? null : await context.reader.block(found.header.number);
  if (found === null || block === null) return null;
  const budget = new TraceBudget(context.limits.responseBytesMax);
  const traces: FlatTrace[] = [];
  const wanted = (index: number) => index === found.index;
  await runTrace(context, "transaction", null, (limits) =>
    tracesInto(traces, context, block, wanted, budget, limits),
  );
  return traces;
}

/** @param wanted by position; transactions after the last wanted one are not run. */
export async function tracesInto(
  traces: FlatTrace[],
  { reader }: RpcContext,
  block: FullBlock,
  wanted: (index: number) => boolean,
  budget: TraceBudget,
  limits: Parameters<Parameters<typeof runTrace>[3]>[0],
): Promise<void> {
  const { header, transactions } = block;
  const last = transactions.findLastIndex((_, index) => wanted(index));
  const tracers = new Map<number, ParityTracer>();
  await reader.traces.block(
    block,
    (_, index) => {
      if (index > last) return undefined;
      if (!wanted(index)) return null;
      const tracer = new ParityTracer(budget);
      tracers.set(index, tracer);
      return tracer;
    },
    limits,
  );
  for (const [index, tracer] of tracers) {
    const place = {
      blockHash: header.hash,
      blockNumber: header.number,
      transactionHash: transactions[index]?.hash ?? null,
      transactionPosition: index,
    };
    traces.push(...tracer.traces(place));
  }
}

/** What a block made by work paid. */
export function rewardTraces({ reader }: RpcContext, block: FullBlock): FlatTrace[] {
  const { hash, number } = block.header;
  return reader.traces.rewards(block).map(({ recipient, amount }, i) => ({
    type: "reward",
    action: { author: recipient, rewardType: i === 0 ? "block" : "uncle", value: quantity(amount) },
    result: null,
    subtraces: 0,
    traceAddress: [],
    blockHash: hash,
    blockNumber: number,
    transactionHash: null,
    transactionPosition: null,
  }));
}
