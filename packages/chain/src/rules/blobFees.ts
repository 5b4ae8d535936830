import type { Header } from "../types/header.js";
import type { ChainForks } from "./chainForks.js";
import { blobBaseFee, GAS_PER_BLOB, nextExcessBlobGas } from "./ethereum/blobGas.js";
import { hasFork } from "./fork.js";

/** What blobs cost in a block and in the next (EIP-4844). */
export interface BlobFees {
  /** Wei per blob gas. */
  readonly baseFee: bigint;
  readonly nextBaseFee: bigint;
  /** Blob gas a block may use. */
  readonly gasMax: bigint;
}

/** @returns null before Cancun. */
export function blobFees(header: Header, forks: ChainForks): BlobFees | null {
  const fork = forks.at(header);
  const parameters = forks.blobs(fork);
  if (parameters === null || header.excessBlobGas === null) return null;
  const next = nextExcessBlobGas(header, parameters, hasFork(fork, "osaka"));
  return {
    baseFee: blobBaseFee(header.excessBlobGas, parameters),
    nextBaseFee: blobBaseFee(next, parameters),
    gasMax: BigInt(parameters.max) * GAS_PER_BLOB,
  };
}
