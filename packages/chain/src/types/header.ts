import type { Address, Hash, Hex } from "@causeway/protocol/hex";

/**
 * A finalized header, every field of the RLP by name. Gas, fees and sizes are bigint; number and timestamp safe integers.
 * What a fork added is null in blocks before it; on a chain of Causeway's everything is there ({@link CausewayHeader}).
 */
export interface Header {
  readonly hash: Hash;
  readonly parentHash: Hash;
  readonly sha3Uncles: Hash;
  readonly miner: Address;
  readonly stateRoot: Hash;
  readonly transactionsRoot: Hash;
  readonly receiptsRoot: Hash;
  readonly logsBloom: Hex;
  readonly difficulty: bigint;
  readonly number: number;
  readonly gasLimit: bigint;
  readonly gasUsed: bigint;
  readonly timestamp: number;
  /** The timestamp where no safe integer holds it, which only test chains reach; `timestamp` is then the greatest safe one. */
  readonly wideTimestamp?: bigint;
  readonly extraData: Hex;
  readonly mixHash: Hash;
  readonly nonce: Hex;
  /** London, EIP-1559. */
  readonly baseFeePerGas: bigint | null;
  /** Shanghai, EIP-4895. */
  readonly withdrawalsRoot: Hash | null;
  /** Cancun, EIP-4844. */
  readonly blobGasUsed: bigint | null;
  readonly excessBlobGas: bigint | null;
  /** Cancun, EIP-4788. */
  readonly parentBeaconBlockRoot: Hash | null;
  /** Prague, EIP-7685. */
  readonly requestsHash: Hash | null;
}

/** A header of a chain that follows Osaka from genesis (H2). */
export type CausewayHeader = {
  readonly [K in Exclude<keyof Header, "wideTimestamp">]: NonNullable<Header[K]>;
};

/** A validator's withdrawal (EIP-4895). */
export interface Withdrawal {
  readonly index: bigint;
  readonly validatorIndex: bigint;
  readonly address: Address;
  /** Gwei. */
  readonly amount: bigint;
}
