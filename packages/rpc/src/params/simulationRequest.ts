import type { SimulationRequest } from "@causeway/chain/simulate/simulation";
import { z } from "zod";
import { invalidParams } from "../rpcError.js";
import { simulatedBlockOverrides } from "./blockOverrides.js";
import { callRequest, toCallRequest } from "./callRequest.js";
import { stateOverrides } from "./stateOverrides.js";

const flag = z.boolean("want a boolean").nullish();

/** First parameter of eth_simulateV1. */
export const simulationPayload = z.object({
  blockStateCalls: z.array(
    z.object({
      blockOverrides: simulatedBlockOverrides.nullish(),
      stateOverrides: stateOverrides.nullish(),
      calls: z.array(callRequest).nullish(),
    }),
  ),
  traceTransfers: flag,
  validation: flag,
  returnFullTransactions: flag,
});

/**
 * Bring a payload into the chain's form.
 * @throws RpcError -32602 for one without blocks, -32000 for calls whose fields contradict each other.
 */
export function toSimulationRequest(
  { blockStateCalls, traceTransfers, validation }: z.output<typeof simulationPayload>,
  chainId: number,
): SimulationRequest {
  if (blockStateCalls.length === 0) throw invalidParams("empty input: blockStateCalls holds no block");
  return {
    blocks: blockStateCalls.map(({ blockOverrides, stateOverrides, calls }) => ({
      overrides: blockOverrides ?? {},
      state: stateOverrides ?? new Map(),
      calls: (calls ?? []).map((call) => toCallRequest(call, chainId)),
    })),
    traceTransfers: traceTransfers ?? false,
    validation: validation ?? false,
  };
}
