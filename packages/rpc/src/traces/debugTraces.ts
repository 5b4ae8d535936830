import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { Tracer } from "@causeway/chain/tracing/tracer";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { RpcContext } from "../context.js";
import type { Json } from "../json.js";
import type { TraceConfig } from "../params/traceConfig.js";
import { type LESS, runTrace } from "./runTrace.js";
import { tracerOf } from "./tracers.js";

/** What each transaction of a block answers, in geth's frame. */
export async function traceBlock(context: RpcContext, block: FullBlock, config: TraceConfig): Promise<Json> {
  const budget = new TraceBudget(context.limits.responseBytesMax);
  const traced: { readonly transaction: Transaction; readonly tracer: Tracer }[] = [];
  await runTrace(context, "steps", config.timeout, (limits) =>
    context.reader.traces.block(
      block,
      (transaction) => {
        const tracer = tracerOf(config, budget);
        traced.push({ transaction, tracer });
        return tracer;
      },
      limits,
    ),
  );
  return traced.map(({ transaction, tracer }) => ({ txHash: transaction.hash, result: tracer.result() }));
}

/** @param tracer of the transaction at `index`; those before it run unwatched, those after it not at all. */
export async function traceTransaction(
  context: RpcContext,
  block: FullBlock,
  index: number,
  tracer: Tracer,
  less: keyof typeof LESS,
  timeoutMs?: number | null,
): Promise<void> {
  await runTrace(context, less, timeoutMs, (limits) =>
    context.reader.traces.block(
      block,
      (_, i) => (i > index ? undefined : i === index ? tracer : null),
      limits,
    ),
  );
}
