import { runCall } from "../../calls/runCall.js";
import { definedFields } from "../../definedFields.js";
import { quantity } from "../../format/quantity.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockOverrides } from "../../params/blockOverrides.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { callRequest, toCallRequest } from "../../params/callRequest.js";
import { stateOverrides } from "../../params/stateOverrides.js";
import { serverError } from "../../rpcError.js";

/** EIP-2930. A call that fails still tells what it touched; `gasUsed` is with the list. */
export const ethCreateAccessList = defineMethod(
  "eth_createAccessList",
  [callRequest, blockRefOrLatest, stateOverrides.optional(), blockOverrides.optional()],
  async (context, given, ref, state, block) => {
    const { reader, limits } = context;
    const request = toCallRequest(given, reader.chainId);
    const height = await stateHeight(context, ref);
    const { accessList, result } = await runCall(context, limits.callGasMax, (limits) =>
      reader.accessList(request, height, limits, definedFields({ state, block })),
    );
    // Only what never ran used no gas.
    if (result.gasUsed === 0n) throw serverError(`failed to apply transaction: ${result.error}`);
    return {
      accessList: accessList.map(({ address, storageKeys }) => ({ address, storageKeys })),
      // Without the reason of a revert, as in geth.
      ...(result.error === null ? {} : { error: result.error }),
      gasUsed: quantity(result.gasUsed),
    };
  },
);
