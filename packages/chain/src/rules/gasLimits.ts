import type { Genesis } from "@causeway/protocol/genesis";
import { maxOf, minOf } from "../bigints.js";
import { type Fork, hasFork } from "./fork.js";

/** EIP-7825: no transaction may ask for more gas. */
export const TRANSACTION_GAS_MAX = 2n ** 24n;
/** EIP-3860, in bytes. */
export const INITCODE_SIZE_MAX = 49_152;
/** geth's MinGasLimit. */
export const GAS_LIMIT_MIN = 5_000n;
/** A block's limit differs from its parent's by less than this part of it. */
export const GAS_LIMIT_BOUND_DIVISOR = 1_024n;

/** Of {@link TRANSACTION_GAS_MAX} what holds at a fork; null before Osaka, where only the block's limit bounds a transaction. */
export function transactionGasMax(fork: Fork): bigint | null {
  return hasFork(fork, "osaka") ? TRANSACTION_GAS_MAX : null;
}

/** geth's CalcGasLimit: as near to the chain spec's target as one step of parent/1024 - 1 allows (H1). */
export function nextGasLimit(parentGasLimit: bigint, target: bigint): bigint {
  const step = parentGasLimit / GAS_LIMIT_BOUND_DIVISOR - 1n;
  const desired = maxOf(target, GAS_LIMIT_MIN);
  if (parentGasLimit < desired) {
    return minOf(parentGasLimit + step, desired);
  }
  return maxOf(parentGasLimit - step, desired);
}

/** No block of the chain has a greater limit: each goes from its parent's towards the target (H1). */
export function chainGasLimitMax({ gasLimit, config }: Pick<Genesis, "gasLimit" | "config">): bigint {
  return maxOf(gasLimit, BigInt(config.causeway.gasLimitTarget));
}

/** H6: on a free-gas chain no block may use more than half of its limit. */
export function blockGasMax({ gasLimit }: { readonly gasLimit: bigint }, freeGas: boolean): bigint {
  return freeGas ? gasLimit / 2n : gasLimit;
}
