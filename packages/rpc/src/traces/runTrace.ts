import type { TraceLimits } from "@causeway/chain/tracing/traceReader";
import { CausewayError } from "@causeway/protocol/errors";
import { runCall } from "../calls/runCall.js";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { RPC_CODE, RpcError } from "../rpcError.js";

/**
 * Run something again to watch it, within the bounds of the server.
 * @param timeoutMs what the caller allows; never longer than `limits.traceMsMax`.
 * @throws RpcError -32000 "execution aborted (timeout = 30s)", -32003 for what no answer could hold.
 */
export async function runTrace<T>(
  context: RpcContext,
  timeoutMs: number | null | undefined,
  execute: (limits: TraceLimits) => Promise<T>,
): Promise<T> {
  const { traceMsMax, callGasMax } = context.limits;
  const ms = Math.min(timeoutMs ?? traceMsMax, traceMsMax);
  try {
    return await runCall(context, callGasMax, execute, { limit: "traceMsMax", ms });
  } catch (error) {
    if (!(error instanceof CausewayError) || error.code !== "TraceTooLarge") throw error;
    const limit = limitText(context.limits, "responseBytesMax");
    throw new RpcError(RPC_CODE.responseTooLarge, `${error.message}: ${limit}`);
  }
}
