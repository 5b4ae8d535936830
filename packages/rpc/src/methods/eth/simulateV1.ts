import { runCall } from "../../calls/runCall.js";
import { simulationFailure } from "../../calls/simulationFailure.js";
import { formatSimulatedBlock } from "../../format/simulatedBlock.js";
import { stateHeight } from "../../lookup/blockResolver.js";
import { defineMethod } from "../../method.js";
import { blockRefOrLatest } from "../../params/blockRef.js";
import { simulationPayload, toSimulationRequest } from "../../params/simulationRequest.js";

/** Blocks of calls on a block of the chain, one on another, each with its own overrides; nothing of it is kept. */
export const ethSimulateV1 = defineMethod(
  "eth_simulateV1",
  [simulationPayload, blockRefOrLatest],
  async (context, payload, ref) => {
    const { reader, limits } = context;
    const request = toSimulationRequest(payload, reader.chainId);
    const height = await stateHeight(context, ref);
    try {
      const blocks = await runCall(context, limits.callGasMax, (limits) =>
        reader.simulate(request, height, limits),
      );
      return blocks.map((block) => formatSimulatedBlock(block, payload.returnFullTransactions ?? false));
    } catch (error) {
      throw simulationFailure(error);
    }
  },
);
