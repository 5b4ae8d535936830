import { type ReplayPart, ReplayTracer } from "@causeway/chain/tracing/replayTracer";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { CallRequest } from "@causeway/chain/types/call";
import { neverRan } from "../calls/callFailure.js";
import type { RpcContext } from "../context.js";
import type { Json } from "../json.js";
import { stateHeight } from "../lookup/blockResolver.js";
import type { BlockRef } from "../params/blockRef.js";
import { serverError } from "../rpcError.js";
import { runTrace } from "./runTrace.js";

/**
 * Parity's answers to calls on what a block left, each on what those before it left.
 * @throws RpcError -32000 for a call that cannot begin, e.g. without the money.
 */
export async function traceCalls(
  context: RpcContext,
  calls: readonly { readonly request: CallRequest; readonly parts: ReadonlySet<ReplayPart> }[],
  ref: BlockRef,
): Promise<Json[]> {
  const { reader, limits } = context;
  const budget = new TraceBudget(limits.responseBytesMax);
  const traced = calls.map(({ request, parts }) => ({ request, tracer: new ReplayTracer(parts, budget) }));
  const place = { number: await stateHeight(context, ref) };
  const results = await runTrace(context, "replay", null, (limits) =>
    reader.traces.calls(traced, place, limits),
  );
  const refused = results.find(neverRan);
  if (refused !== undefined) throw serverError(refused.error ?? "execution failed");
  return traced.map(({ tracer }) => tracer.result());
}
