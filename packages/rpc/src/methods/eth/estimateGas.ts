import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { stateHeight } from "../../blockResolver.js";
import { callFailure } from "../../callFailure.js";
import { definedFields } from "../../definedFields.js";
import { authorizationGas, withDelegations } from "../../delegations.js";
import { quantity } from "../../format/quantity.js";
import { gasAllowance } from "../../gasAllowance.js";
import { defineMethod } from "../../method.js";
import { blockOverrides } from "../../params/blockOverrides.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { stateOverrides } from "../../params/stateOverrides.js";
import { serverError } from "../../rpcError.js";
import { runCall } from "../../runCall.js";

export const ethEstimateGas = defineMethod(
  "eth_estimateGas",
  [callRequest, blockRefOrLatest, stateOverrides.optional(), blockOverrides.optional()],
  async (context, given, ref, state, block) => {
    const { reader } = context;
    const request = toCallRequest(given, reader.chainId);
    const height = await stateHeight(context, ref);
    const balance = state?.get(request.from ?? ZERO_ADDRESS)?.balance;
    const allowance = await gasAllowance(context, request, height, balance);
    const authorizations = given.authorizationList ?? [];
    const paidBefore = authorizationGas(authorizations);
    const delegated = await withDelegations(context, authorizations, request.from, height, state);
    // The allowance has taken the request's own limit into account.
    const { gas: _asked, ...call } = request;
    const estimate = await runCall(context, atLeastZero(allowance - paidBefore), (limits) =>
      reader.estimateGas(call, height, limits, definedFields({ state: delegated, block })),
    );
    if ("gas" in estimate) return quantity(estimate.gas + paidBefore);
    const { failure } = estimate;
    if (failure.status === "halt" && failure.error === "out of gas") {
      throw serverError(`gas required exceeds allowance (${allowance})`);
    }
    throw callFailure(failure);
  },
);

function atLeastZero(gas: bigint): bigint {
  return gas > 0n ? gas : 0n;
}
