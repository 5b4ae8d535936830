import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { AccessListItem, Authorization } from "./transaction.js";

export interface CallRequest {
  readonly from?: Address;
  readonly to?: Address | null;
  readonly gas?: bigint;
  readonly gasPrice?: bigint;
  readonly maxFeePerGas?: bigint;
  readonly maxPriorityFeePerGas?: bigint;
  readonly value?: bigint;
  readonly data?: Hex;
  readonly nonce?: bigint;
  readonly accessList?: readonly AccessListItem[];
  /** EIP-4844, like the next. */
  readonly maxFeePerBlobGas?: bigint;
  readonly blobVersionedHashes?: readonly Hash[];
  /** EIP-7702. */
  readonly authorizationList?: readonly Authorization[];
}

/** Per address replacements of eth_call's third parameter. `state` replaces all storage, `stateDiff` single slots. */
export type StateOverrides = ReadonlyMap<
  Address,
  {
    readonly balance?: bigint;
    readonly nonce?: bigint;
    readonly code?: Hex;
    readonly state?: ReadonlyMap<Hash, Hash>;
    readonly stateDiff?: ReadonlyMap<Hash, Hash>;
    /** Where the precompile of this address answers instead; here, code runs as at any other address. */
    readonly movePrecompileToAddress?: Address;
  }
>;

export interface BlockOverrides {
  readonly number?: number;
  /** In place of `number`, which is then the greatest safe integer, for one that is beyond. */
  readonly wideNumber?: bigint;
  readonly timestamp?: number;
  /** Likewise of `timestamp`. */
  readonly wideTimestamp?: bigint;
  readonly gasLimit?: bigint;
  readonly coinbase?: Address;
  readonly baseFeePerGas?: bigint;
  readonly prevRandao?: Hash;
  /** Wei per blob gas. */
  readonly blobBaseFee?: bigint;
}

export interface CallLimits {
  /** Gas cap over the request's own gas. */
  readonly gasMax: bigint;
  readonly signal?: AbortSignal;
}

export interface CallResult {
  readonly status: "success" | "revert" | "halt";
  /** Return data, or revert data. */
  readonly returnData: Hex;
  readonly gasUsed: bigint;
  /** Reason of a halt in geth's words, e.g. "out of gas", "stack underflow (0 <=> 2)". */
  readonly error: string | null;
}
