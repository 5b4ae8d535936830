import type { SimulatedBlock, SimulatedCall } from "@causeway/chain/simulate/simulation";
import { callFailure } from "../calls/callFailure.js";
import type { Json } from "../json.js";
import { formatBlock } from "./block.js";
import { formatLog } from "./log.js";
import { quantity } from "./quantity.js";

/** eth_simulateV1's code for a call that ended by itself. */
const VM_ERROR = -32_015;

/** A block object with `calls` beside what every block has. */
export function formatSimulatedBlock({ block, calls }: SimulatedBlock, full: boolean) {
  return { ...formatBlock(block, full), calls: calls.map(formatCall) };
}

function formatCall(call: SimulatedCall) {
  const { status, returnData, logs, gasUsed, maxUsedGas } = call;
  return {
    returnData: status === "success" ? returnData : "0x",
    logs: logs.map(formatLog),
    gasUsed: quantity(gasUsed),
    maxUsedGas: quantity(maxUsedGas),
    status: quantity(status === "success" ? 1 : 0),
    ...(status === "success" ? {} : { error: formatError(call) }),
  };
}

function formatError(call: SimulatedCall): Json {
  const { status, error, gasCapped } = call;
  if (status === "revert") {
    const { code, message, data } = callFailure(call);
    return { code, message, data };
  }
  const capped = gasCapped ? " (gas limit was capped by the RPC server's global gas cap)" : "";
  return { code: VM_ERROR, message: `${error}${capped}` };
}
