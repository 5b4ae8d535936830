import { minOf } from "../../bigints.js";
import { GAS_PER_BLOB } from "../../rules/ethereum/blobGas.js";
import type { FilledCall, MessageRules } from "../simulation.js";

/** What a call pays in a block. */
export interface MessageFees {
  /** Wei per gas paid, the most it would be, and of that the most for whoever proposes. */
  readonly price: bigint;
  readonly cap: bigint;
  readonly tip: bigint;
  /** It names no price and needs none: nobody is paid for its gas. */
  readonly free: boolean;
  readonly blobGas: bigint;
  /** Wei per blob gas paid. */
  readonly blobPrice: bigint;
}

/**
 * As geth reads them: what is not named is 0, and without validation 0 is enough, base fees or not.
 * @param baseFees of the block, 0 where its fork has none.
 */
export function messageFees(
  call: FilledCall,
  baseFees: { readonly perGas: bigint; readonly perBlobGas: bigint },
  { validation }: MessageRules,
): MessageFees {
  const { gasPrice, blobVersionedHashes = [] } = call;
  const cap = gasPrice ?? call.maxFeePerGas ?? 0n;
  const tip = gasPrice ?? call.maxPriorityFeePerGas ?? 0n;
  const named = cap > 0n || tip > 0n;
  const freeBlobs = !validation && (call.maxFeePerBlobGas ?? 0n) === 0n;
  return {
    price: gasPrice ?? (named ? minOf(baseFees.perGas + tip, cap) : 0n),
    cap,
    tip,
    free: !validation && !named,
    blobGas: GAS_PER_BLOB * BigInt(blobVersionedHashes.length),
    blobPrice: blobVersionedHashes.length === 0 || freeBlobs ? 0n : baseFees.perBlobGas,
  };
}
