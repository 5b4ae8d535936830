import { gasEstimate } from "../../calls/gasEstimate.js";
import { definedFields } from "../../definedFields.js";
import { quantity } from "../../format/quantity.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockOverrides } from "../../params/blockOverrides.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { stateOverrides } from "../../params/stateOverrides.js";

export const ethEstimateGas = defineMethod(
  "eth_estimateGas",
  [callRequest, blockRefOrLatest, stateOverrides.optional(), blockOverrides.optional()],
  async (context, given, ref, state, block) => {
    const request = toCallRequest(given, context.reader.chainId);
    const height = await stateHeight(context, ref);
    return quantity(await gasEstimate(context, request, height, definedFields({ state, block })));
  },
);
