import type { ForkConfiguration } from "@causeway/chain/rules/forkConfiguration";
import { quantity } from "./quantity.js";

/** One of the objects of eth_config (EIP-7910). */
export function formatForkConfiguration(configuration: ForkConfiguration, chainId: number) {
  const { activationTime, blobSchedule, forkId, precompiles, systemContracts } = configuration;
  return {
    activationTime,
    blobSchedule: blobSchedule === null ? null : { ...blobSchedule },
    chainId: quantity(chainId),
    forkId,
    precompiles: Object.fromEntries(precompiles),
    systemContracts: Object.fromEntries(systemContracts),
  };
}
