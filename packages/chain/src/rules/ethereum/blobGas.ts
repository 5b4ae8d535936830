import type { Header } from "../../types/header.js";

/** EIP-4844. */
export const GAS_PER_BLOB = 131_072n;
/** EIP-7918, in gas. */
const BLOB_BASE_COST = 8_192n;

/** Blobs per block, and how fast their fee follows (EIP-7840). */
export interface BlobParameters {
  readonly target: number;
  readonly max: number;
  readonly baseFeeUpdateFraction: number;
}

/** Wei per blob gas in a block of this excess (EIP-4844). */
export function blobBaseFee(excessBlobGas: bigint, { baseFeeUpdateFraction }: BlobParameters): bigint {
  return fakeExponential(1n, excessBlobGas, BigInt(baseFeeUpdateFraction));
}

/**
 * excessBlobGas of a block after `parent` (EIP-4844).
 * @param reserved whether the fee has a floor by what execution costs (EIP-7918).
 */
export function nextExcessBlobGas(
  parent: Pick<Header, "excessBlobGas" | "blobGasUsed" | "baseFeePerGas">,
  parameters: BlobParameters,
  reserved: boolean,
): bigint {
  const excess = parent.excessBlobGas ?? 0n;
  const used = parent.blobGasUsed ?? 0n;
  const target = BigInt(parameters.target) * GAS_PER_BLOB;
  if (excess + used < target) return 0n;
  const floor = BLOB_BASE_COST * (parent.baseFeePerGas ?? 0n);
  if (reserved && floor > GAS_PER_BLOB * blobBaseFee(excess, parameters)) {
    return excess + (used * BigInt(parameters.max - parameters.target)) / BigInt(parameters.max);
  }
  return excess + used - target;
}

/** factor · e^(numerator / denominator), as EIP-4844 approximates it. */
function fakeExponential(factor: bigint, numerator: bigint, denominator: bigint): bigint {
  let output = 0n;
  let term = factor * denominator;
  for (let i = 1n; term > 0n; i++) {
    output += term;
    term = (term * numerator) / (denominator * i);
  }
  return output / denominator;
}
