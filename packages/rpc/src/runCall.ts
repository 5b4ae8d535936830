import type { CallLimits } from "@causeway/chain/chainReader";
import type { RpcContext } from "./context.js";
import { serverError } from "./rpcError.js";

/**
 * Run an EVM execution within the bounds of the server.
 * @param gasMax gas cap in force for this call, at most `limits.callGasMax`.
 * @throws RpcError -32000 "execution aborted (timeout = 5s)" as geth.
 */
export async function runCall<T>(
  { callSlots, limits, scope }: RpcContext,
  gasMax: bigint,
  execute: (limits: CallLimits) => Promise<T>,
): Promise<T> {
  return callSlots.run(async () => {
    await scope.step();
    const deadline = AbortSignal.timeout(limits.callMsMax);
    try {
      return await execute({ gasMax, signal: AbortSignal.any([deadline, scope.signal]) });
    } catch (error) {
      if (deadline.aborted) throw serverError(`execution aborted (timeout = ${limits.callMsMax / 1000}s)`);
      throw error;
    }
  });
}
