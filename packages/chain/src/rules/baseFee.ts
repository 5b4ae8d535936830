import { maxOf } from "../bigints.js";
import type { Header } from "../types/header.js";

const ELASTICITY = 2n;
const CHANGE_DENOMINATOR = 8n;

/** baseFeePerGas of the child of `parent` (EIP-1559); 0 where there is none before London. */
export function nextBaseFee(parent: Pick<Header, "gasLimit" | "gasUsed" | "baseFeePerGas">): bigint {
  const { gasLimit, gasUsed, baseFeePerGas } = parent;
  if (baseFeePerGas === null) return 0n;
  const target = gasLimit / ELASTICITY;
  if (gasUsed === target) return baseFeePerGas;
  if (gasUsed > target) {
    const delta = (baseFeePerGas * (gasUsed - target)) / target / CHANGE_DENOMINATOR;
    return baseFeePerGas + maxOf(delta, 1n);
  }
  return baseFeePerGas - (baseFeePerGas * (target - gasUsed)) / target / CHANGE_DENOMINATOR;
}
