import { SIMULATION_FAULT, type SimulationFault } from "@causeway/chain/simulate/simulationFault";
import { CausewayError } from "@causeway/protocol/errors";
import { RPC_CODE, RpcError } from "../rpcError.js";

/** Codes of eth_simulateV1 (execution-apis); what has none of its own has geth's. */
const CODES: Readonly<Record<SimulationFault, number>> = {
  NonceTooLow: -38_010,
  NonceTooHigh: -38_011,
  FeeCapTooLow: -38_012,
  TipAboveFeeCap: RPC_CODE.invalidParams,
  IntrinsicGas: -38_013,
  InsufficientFunds: -38_014,
  BlockGasLimit: -38_015,
  BlockNumber: -38_020,
  BlockTimestamp: -38_021,
  PrecompileToItself: -38_022,
  PrecompileMove: RPC_CODE.server,
  InitCodeSize: -38_025,
  TooMuch: RPC_CODE.clientLimitExceeded,
  Call: RPC_CODE.internal,
};

/** The answer to an error of {@link ChainReader.simulate}; another error stays as it is. */
export function simulationFailure(error: unknown): unknown {
  if (!(error instanceof CausewayError) || !error.code.startsWith(SIMULATION_FAULT)) return error;
  const fault = error.code.slice(SIMULATION_FAULT.length) as SimulationFault;
  return new RpcError(CODES[fault], error.message);
}
