import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { stateHeight } from "../../blockResolver.js";
import { callFailure } from "../../callFailure.js";
import { definedFields } from "../../definedFields.js";
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
    const estimate = await runCall(context, allowance, (limits) =>
      reader.estimateGas(request, height, limits, definedFields({ state, block })),
    );
    if ("gas" in estimate) return quantity(estimate.gas);
    const { failure } = estimate;
    if (failure.status === "halt" && failure.error === "out of gas") {
      throw serverError(`gas required exceeds allowance (${allowance})`);
    }
    throw callFailure(failure);
  },
);
