import type { Address, Hash, Hex } from "@causeway/protocol/hex";

export interface AccessListItem {
  readonly address: Address;
  readonly storageKeys: readonly Hash[];
}

export interface Authorization {
  readonly chainId: bigint;
  readonly address: Address;
  readonly nonce: bigint;
  readonly yParity: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

/** A decoded transaction of type 0 to 4. */
export interface Transaction {
  readonly hash: Hash;
  readonly type: number;
  readonly chainId: bigint | null;
  readonly nonce: bigint;
  readonly from: Address;
  readonly to: Address | null;
  readonly value: bigint;
  readonly gas: bigint;
  /** Legacy and type 1; for the others the cap is in maxFeePerGas. */
  readonly gasPrice: bigint | null;
  readonly maxFeePerGas: bigint | null;
  readonly maxPriorityFeePerGas: bigint | null;
  /** Type 3 (EIP-4844), like the next. */
  readonly maxFeePerBlobGas: bigint | null;
  readonly blobVersionedHashes: readonly Hash[] | null;
  readonly input: Hex;
  readonly accessList: readonly AccessListItem[] | null;
  readonly authorizationList: readonly Authorization[] | null;
  readonly v: bigint;
  readonly r: bigint;
  readonly s: bigint;
  /** EIP-2718 encoding. */
  readonly raw: Uint8Array;
}
