import type { Certificate } from "@causeway/protocol/certificate";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Creation } from "./engine/engine.js";
import type { BlobFees } from "./rules/blobFees.js";
import type { ForkConfigurations } from "./rules/forkConfiguration.js";
import type { SimulatedBlock, SimulationRequest } from "./simulate/simulation.js";
import type { AppearancePage, TransactionPlace } from "./store/addressIndex.js";
import type { TraceReader } from "./tracing/traceReader.js";

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

export interface FullBlock {
  readonly header: Header;
  readonly transactions: readonly Transaction[];
  /** Headers of the ommers; none since the merge. */
  readonly ommers: readonly Header[];
  /** null before Shanghai. */
  readonly withdrawals: readonly Withdrawal[] | null;
  /** Bytes of the RLP block. */
  readonly size: number;
}

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

export interface Account {
  readonly balance: bigint;
  readonly nonce: bigint;
  readonly codeHash: Hash;
  readonly storageHash: Hash;
}

export interface AccountProof extends Account {
  readonly address: Address;
  readonly accountProof: readonly Hex[];
  readonly storageProof: readonly {
    readonly key: Hex;
    readonly value: bigint;
    readonly proof: readonly Hex[];
  }[];
}

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
  readonly timestamp?: number;
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
  /** Reason of a halt in geth's words, e.g. "out of gas", "invalid opcode: INVALID". */
  readonly error: string | null;
}

/** topics by position: null is a wildcard, a list is "one of" (eth_getLogs). */
export interface LogFilter {
  readonly fromBlock: number;
  readonly toBlock: number;
  readonly addresses: readonly Address[];
  readonly topics: readonly (readonly Hash[] | null)[];
}

/** A finalized block as subscribers see it. */
export interface HeadEvent {
  readonly block: FullBlock;
  readonly receipts: readonly Receipt[];
}

/** Read access to the finalized chain. Every method answers null for what does not exist; none returns another fork. */
export interface ChainReader {
  readonly chainId: number;
  readonly genesisHash: Hash;
  /** What blocks and calls do inside. */
  readonly traces: TraceReader;
  headNumber(): number;
  /** Oldest block whose body and receipts are here, and oldest whose state is: 0 unless restored or pruned. */
  historyStart(): number;
  stateStart(): number;
  header(id: number | Hash): Promise<Header | null>;
  block(id: number | Hash): Promise<FullBlock | null>;
  /** RLP of the whole block. */
  rawBlock(id: number | Hash): Promise<Uint8Array | null>;
  receipts(id: number | Hash): Promise<readonly Receipt[] | null>;
  transaction(
    hash: Hash,
  ): Promise<{ readonly transaction: Transaction; readonly header: Header; readonly index: number } | null>;
  receipt(transactionHash: Hash): Promise<Receipt | null>;
  /** At most `limit` logs in order. @throws ChainError "LogLimit" when there are more. */
  logs(filter: LogFilter, limit: number): Promise<readonly Log[]>;
  /** The certificate of a block; null for genesis and unknown heights. */
  certificate(number: number): Promise<Certificate | null>;
  /** S(number); null beyond head + 1. */
  validators(number: number): Promise<ValidatorSet | null>;
  /** The set that would seal `number` had not the newest override at or below it put another in its place (V6); null without one. */
  overriddenValidators(number: number): Promise<ValidatorSet | null>;
  account(address: Address, number: number): Promise<Account>;
  code(address: Address, number: number): Promise<Hex>;
  storage(address: Address, slot: Hash, number: number): Promise<Hash>;
  proof(address: Address, slots: readonly Hash[], number: number): Promise<AccountProof>;
  call(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides?: { readonly state?: StateOverrides; readonly block?: BlockOverrides },
  ): Promise<CallResult>;
  /** Least gas with which the call succeeds; where it fails with all of `limits.gasMax`, how. */
  estimateGas(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides?: { readonly state?: StateOverrides; readonly block?: BlockOverrides },
  ): Promise<{ readonly gas: bigint } | { readonly failure: CallResult }>;
  /**
   * The access list with which the call finds everything warm (EIP-2930), and what the call gives with it.
   * @param request whose own access list is part of the answer.
   */
  accessList(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides?: { readonly state?: StateOverrides; readonly block?: BlockOverrides },
  ): Promise<{ readonly accessList: readonly AccessListItem[]; readonly result: CallResult }>;
  /**
   * Run blocks of calls on block `number`, in memory.
   * @param limits its gas is for all calls together.
   * @throws ChainError "Simulation.<fault>".
   */
  simulate(
    request: SimulationRequest,
    number: number,
    limits: CallLimits,
  ): Promise<readonly SimulatedBlock[]>;
  /**
   * Transactions in which an address took part, in whatever frame: the newest before block `number`, newest first, or the
   * oldest after it, oldest first. At most `limit`, and what else the last of these blocks has.
   * @throws ChainError "HistoryMissing" where the answer would need blocks from before the index was kept.
   */
  appearances(
    address: Address,
    number: number,
    side: "before" | "after",
    limit: number,
  ): Promise<AppearancePage>;
  /** Who made a contract, and where; null for what no transaction made. @throws ChainError "HistoryMissing". */
  creation(contract: Address): Promise<(Creation & TransactionPlace) | null>;
  /** baseFeePerGas of the block after the head; 0 where its fork has none. */
  nextBaseFee(): bigint;
  /** Most gas a transaction may ask for by the rules of a block's fork (EIP-7825); null before Osaka. */
  transactionGasMax(header: Header): bigint | null;
  /** Of a block and the one after it; null before Cancun. */
  blobFees(header: Header): BlobFees | null;
  forkConfigurations(): Promise<ForkConfigurations>;
  /** Called after each block is durable, in order, every one. Returns the unsubscribe function. */
  onHead(listener: (event: HeadEvent) => void): () => void;
}

/** The transaction pool as its users see it. */
export interface PoolPort {
  /**
   * Check and pool a raw transaction.
   * @param origin who brought it: a peer's id, or null for this node's own RPC.
   * @returns its hash.
   * @throws PoolRejection (ChainError "TransactionRejected" with a reason) whose message is geth's text, e.g. "nonce too low: next nonce 5, tx nonce 4".
   */
  add(raw: Uint8Array, origin?: string | null): Promise<Hash>;
  get(hash: Hash): Transaction | null;
  /** Next nonce counting the sender's consecutive pooled transactions ("pending" tag). */
  pendingNonce(address: Address): Promise<bigint>;
  stats(): { readonly pending: number; readonly queued: number };
  /** What the next block could take, each sender's in order: the first `max` of it. */
  pending(max: number): readonly Transaction[];
  /** @param sender whose transactions alone are wanted, by nonce. */
  content(sender?: Address): {
    readonly pending: readonly Transaction[];
    readonly queued: readonly Transaction[];
  };
  /** Called for each pooled transaction once, when nothing pooled is missing before it. Returns the unsubscribe function. */
  onTransaction(listener: (transaction: Transaction) => void): () => void;
}
