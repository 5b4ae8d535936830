import type { Address, Hash, Hex } from "@causeway/protocol/hex";

export interface Log {
  readonly address: Address;
  readonly topics: readonly Hash[];
  readonly data: Hex;
  readonly blockNumber: number;
  readonly blockHash: Hash;
  readonly blockTimestamp: number;
  readonly transactionHash: Hash;
  readonly transactionIndex: number;
  readonly logIndex: number;
}

export interface Receipt {
  readonly transactionHash: Hash;
  readonly transactionIndex: number;
  readonly blockHash: Hash;
  readonly blockNumber: number;
  readonly from: Address;
  readonly to: Address | null;
  readonly type: number;
  /** null before Byzantium (EIP-658), where `root` stands in its place. */
  readonly status: 0 | 1 | null;
  /** State root after the transaction, before Byzantium only. */
  readonly root: Hash | null;
  readonly cumulativeGasUsed: bigint;
  readonly gasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  /** Type 3 (EIP-4844), like the next. */
  readonly blobGasUsed: bigint | null;
  /** Wei per blob gas. */
  readonly blobGasPrice: bigint | null;
  readonly contractAddress: Address | null;
  readonly logs: readonly Log[];
  readonly logsBloom: Hex;
}
