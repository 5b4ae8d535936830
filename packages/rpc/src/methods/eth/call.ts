import { callFailure, lacksGas, neverRan } from "../../calls/callFailure.js";
import { runCall } from "../../calls/runCall.js";
import { definedFields } from "../../definedFields.js";
import { limitText } from "../../limitFlags.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockOverrides } from "../../params/blockOverrides.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { stateOverrides } from "../../params/stateOverrides.js";
import { serverError } from "../../rpcError.js";

export const ethCall = defineMethod(
  "eth_call",
  [callRequest, blockRefOrLatest, stateOverrides.optional(), blockOverrides.optional()],
  async (context, given, ref, state, block) => {
    const { reader, limits } = context;
    const request = toCallRequest(given, reader.chainId);
    const height = await stateHeight(context, ref);
    const result = await runCall(context, limits.callGasMax, (limits) =>
      reader.call(request, height, limits, definedFields({ state, block })),
    );
    if (result.status === "success") return result.returnData;
    const { gas = limits.callGasMax } = request;
    if (neverRan(result)) {
      const supplied = gas < limits.callGasMax ? gas : limits.callGasMax;
      throw serverError(`err: ${result.error} (supplied gas ${supplied})`);
    }
    if (lacksGas(result) && gas >= limits.callGasMax) {
      throw serverError(`${result.error}: ${limitText(limits, "callGasMax")}`);
    }
    throw callFailure(result);
  },
);
