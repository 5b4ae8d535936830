import type { Certificate } from "@causeway/protocol/certificate";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Creation } from "./engine/engine.js";
import type { BlobFees } from "./rules/blobFees.js";
import type { ForkConfigurations } from "./rules/forkConfiguration.js";
import type { SimulatedBlock, SimulationRequest } from "./simulate/simulation.js";
import type { AppearancePage, TransactionPlace } from "./store/addressIndex.js";
import type { TraceReader } from "./tracing/traceReader.js";
import type { Account, AccountProof } from "./types/account.js";
import type { FullBlock } from "./types/block.js";
import type { BlockOverrides, CallLimits, CallRequest, CallResult, StateOverrides } from "./types/call.js";
import type { Header } from "./types/header.js";
import type { Log, Receipt } from "./types/receipt.js";
import type { AccessListItem, Transaction } from "./types/transaction.js";

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
  /** The first `limit` logs, in order. */
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
