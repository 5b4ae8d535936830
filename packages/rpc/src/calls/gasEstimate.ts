import type { BlockOverrides, CallRequest, StateOverrides } from "@causeway/chain/types/call";
import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { serverError } from "../rpcError.js";
import { callFailure, neverRan } from "./callFailure.js";
import { gasAllowance } from "./gasAllowance.js";
import { runCall } from "./runCall.js";

/** What geth says of a call for which no gas that it may have suffices. */
const TOO_LITTLE_GAS = /^(out of gas|intrinsic gas too low: )/;

/**
 * Least gas with which a call succeeds on the state of a block.
 * @throws RpcError code 3 with the revert data, or -32000 in geth's words.
 */
export async function gasEstimate(
  context: RpcContext,
  request: CallRequest,
  height: number,
  overrides: { readonly state?: StateOverrides; readonly block?: BlockOverrides },
): Promise<bigint> {
  const balance = overrides.state?.get(request.from ?? ZERO_ADDRESS)?.balance;
  const allowance = await gasAllowance(context, request, height, balance);
  // The allowance has taken the request's own limit into account.
  const { gas: _asked, ...call } = request;
  const estimate = await runCall(context, allowance, (limits) =>
    context.reader.estimateGas(call, height, limits, overrides),
  );
  if ("gas" in estimate) return estimate.gas;
  const { failure } = estimate;
  if (failure.status === "halt" && TOO_LITTLE_GAS.test(failure.error ?? "")) {
    throw serverError(`gas required exceeds allowance (${allowance})`);
  }
  if (neverRan(failure)) throw serverError(`failed with ${allowance} gas: ${failure.error}`);
  throw callFailure(failure);
}
