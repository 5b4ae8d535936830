import type { TraceLimits } from "@causeway/chain/tracing/traceReader";
import { CausewayError } from "@causeway/protocol/errors";
import { runCall } from "../calls/runCall.js";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { RPC_CODE, RpcError } from "../rpcError.js";

/** How to ask for less, by what methods let their callers choose. */
export const LESS = {
  /** `debug_trace*`, whose default tells of every step. */
  steps: "trace less at once, disable stack and storage, set a limit, or use callTracer",
  /** Parity's traces of a whole block. */
  block: "ask trace_transaction for its transactions",
  /** Those of one transaction, which have no options. */
  transaction: "ask debug_traceTransaction with callTracer and onlyTopCall",
  /** What Parity replays, and calls. */
  replay: "ask for fewer of trace, vmTrace and stateDiff, or for fewer transactions or calls at once",
} as const;

/**
 * Run something again to watch it, within the bounds of the server.
 * @param less what the caller may do about an answer that is too large.
 * @param timeoutMs what the caller allows; never longer than `limits.traceMsMax`.
 * @throws RpcError -32000 "execution aborted (timeout = 30s)", -32003 for what no answer could hold.
 */
export async function runTrace<T>(
  context: RpcContext,
  less: keyof typeof LESS,
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
    throw new RpcError(RPC_CODE.responseTooLarge, `${error.message}; ${LESS[less]}: ${limit}`);
  }
}
