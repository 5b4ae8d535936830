import type { CallNode } from "@causeway/chain/tracing/callTree";
import { ParityTracer } from "@causeway/chain/tracing/parityTracer";
import { TraceBudget } from "@causeway/chain/tracing/traceBudget";
import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { serverError } from "../rpcError.js";
import { traceTransaction } from "../traces/debugTraces.js";

/**
 * The transaction's frames as the tree they make.
 * @throws RpcError -32000 for an unknown transaction.
 */
export async function callTreeOf(context: RpcContext, hash: Hash): Promise<CallNode> {
  const found = await context.reader.transaction(hash);
  const block = found === null ? null : await context.reader.block(found.header.number);
  if (found === null || block === null) throw serverError(`transaction ${hash} not found`);
  const tracer = new ParityTracer(new TraceBudget(context.limits.responseBytesMax));
  await traceTransaction(context, block, found.index, tracer, "transaction");
  const { root } = tracer;
  if (root === null) throw serverError(`transaction ${hash} ran without a frame`);
  return root;
}
