import type { CallLimits } from "@causeway/chain/types/call";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { serverError } from "../rpcError.js";

/** How long an execution may take: the limit that says so, and what of it the caller allows. */
interface Allowance {
  readonly limit: "callMsMax" | "traceMsMax";
  readonly ms: number;
}

/**
 * Run an EVM execution within the bounds of the server; it ends early when its time is up or nobody waits for it.
 * @param gasMax gas cap in force for this call, at most `limits.callGasMax`.
 * @throws RpcError -32000 "execution aborted (timeout = 5s)" as geth, and the limit's name.
 */
export async function runCall<T>(
  { callSlots, traceSlots, limits, scope }: RpcContext,
  gasMax: bigint,
  execute: (limits: CallLimits) => Promise<T>,
  { limit, ms }: Allowance = { limit: "callMsMax", ms: limits.callMsMax },
): Promise<T> {
  const slots = limit === "traceMsMax" ? traceSlots : callSlots;
  return slots.run(scope.client, async () => {
    await scope.step();
    // By hand, since AbortSignal.any and timeout would stay attached to a connection that lives for long.
    const stop = new AbortController();
    const abort = () => stop.abort();
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      abort();
    }, ms);
    scope.signal.addEventListener("abort", abort);
    try {
      return await execute({ gasMax, signal: stop.signal });
    } catch (error) {
      if (late) throw serverError(`execution aborted (timeout = ${ms / 1000}s): ${limitText(limits, limit)}`);
      throw error;
    } finally {
      clearTimeout(timer);
      scope.signal.removeEventListener("abort", abort);
    }
  });
}
