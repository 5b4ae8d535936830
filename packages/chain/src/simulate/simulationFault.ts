import { type ChainError, chainError } from "../chainError.js";

/** Why a simulation or a call in it cannot run; each has a number in eth_simulateV1. */
export type SimulationFault =
  | "NonceTooLow"
  | "NonceTooHigh"
  | "FeeCapTooLow"
  | "TipAboveFeeCap"
  | "IntrinsicGas"
  | "InsufficientFunds"
  | "BlockGasLimit"
  | "BlockNumber"
  | "BlockTimestamp"
  | "PrecompileToItself"
  | "PrecompileMove"
  | "InitCodeSize"
  | "TooMuch"
  | "Call";

/** What the code of a {@link simulationFault} begins with. */
export const SIMULATION_FAULT = "Simulation.";

/** ChainError "Simulation.<fault>", in geth's words. */
export function simulationFault(fault: SimulationFault, message: string): ChainError {
  return chainError(`${SIMULATION_FAULT}${fault}`, message);
}
