import type { TraceLimits } from "@causeway/chain/tracing/traceReader";
import type { RpcContext } from "./context.js";
import { runCall } from "./runCall.js";

/**
 * Run something again to watch it, within the bounds of the server.
 * @param timeoutMs what the caller allows; never longer than `limits.traceMsMax`.
 * @throws RpcError -32000 "execution aborted (timeout = 30s)".
 */
export function runTrace<T>(
  context: RpcContext,
  timeoutMs: number | null | undefined,
  execute: (limits: TraceLimits) => Promise<T>,
): Promise<T> {
  const { traceMsMax, callGasMax } = context.limits;
  const ms = Math.min(timeoutMs ?? traceMsMax, traceMsMax);
  return runCall(context, callGasMax, execute, { limit: "traceMsMax", ms });
}
