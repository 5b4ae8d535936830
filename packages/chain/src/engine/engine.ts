import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { ExecutionObserver, LiveState } from "../tracing/observer.js";
import type { Account, AccountProof } from "../types/account.js";
import type { BlockOverrides, CallRequest, CallResult, StateOverrides } from "../types/call.js";
import type { Header, Withdrawal } from "../types/header.js";
import type { AccessListItem, Transaction } from "../types/transaction.js";
import type { BlockHashes } from "./blockHashes.js";
import type { Simulation } from "./simulation.js";

/**
 * Executes blocks and calls on views of the state. The first engine is @ethereumjs/vm, the reference for any other;
 * no type of a library passes this port.
 */
export interface Engine {
  /** Whose events are deposit requests (EIP-6110). */
  readonly depositContract: Address;
  /**
   * Start a block on the state its parent left.
   * @param irregular what changes before anything runs, by no transaction (V6, EIP-779); null at all other heights.
   * @throws ChainError "EngineFault".
   */
  beginBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<BlockSession>;
  state(stateRoot: Hash): StateReader;
  /**
   * Start blocks in memory only.
   * @param hashes also of the simulated blocks, by the time one asks for them.
   */
  simulate(parentStateRoot: Hash, hashes: BlockHashes, traceTransfers: boolean): Simulation;
  call(stateRoot: Hash, context: BlockContext, call: EngineCall): Promise<EngineCallResult>;
  /** Like {@link Engine.beginBlock}, to watch a block's transactions again; nothing is kept of it. */
  traceBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<TraceSession>;
  /** To watch calls on a state, each on what those before it have left. */
  traceCalls(stateRoot: Hash, context: BlockContext): Promise<CallSession>;
}

/** Asked for an observer when the state is as the transaction or call finds it, before its sender pays. */
export type Observe = (state: LiveState) => Promise<ExecutionObserver>;

export interface CallSession {
  /** Like {@link Engine.call}, watched, on what ran before in the session. */
  call(context: BlockContext, call: EngineCall, observe: Observe): Promise<EngineCallResult>;
}

/** A block whose transactions run again. After an error there is no going on. */
export interface TraceSession extends CallSession {
  /** @throws ChainError as {@link BlockSession.run}, and what the observer throws. */
  run(transaction: Transaction, interrupts: Interrupts, observe: Observe | null): Promise<TransactionResult>;
  /** Of the state by now. */
  stateRoot(): Promise<Hash>;
}

/** What the EVM and the system calls see of a block being executed. */
export type BlockContext = Pick<
  Header,
  | "number"
  | "timestamp"
  | "wideTimestamp"
  | "miner"
  | "gasLimit"
  | "difficulty"
  | "baseFeePerGas"
  | "excessBlobGas"
  | "mixHash"
  | "parentHash"
  | "parentBeaconBlockRoot"
>;

/** What changes before anything runs, by no transaction. */
export type IrregularChange = StorageWrites | BalanceMoves;

/** All balances of some accounts become one account's (EIP-779). */
export interface BalanceMoves {
  readonly from: readonly Address[];
  readonly to: Address;
}

/** What a block pays besides its transactions; on a Causeway chain nothing (H7). */
export interface Payouts {
  readonly withdrawals: readonly Withdrawal[];
  readonly ommers: readonly Pick<Header, "number" | "miner">[];
}

/** New values of one contract's slots; zero clears. */
export interface StorageWrites {
  readonly address: Address;
  readonly slots: ReadonlyMap<Hash, Hash>;
}

/** What ends an execution early. */
export interface Interrupts {
  readonly signal?: AbortSignal | undefined;
  /** On the clock the chain was opened with. */
  readonly deadlineMs?: number | undefined;
}

/** A block under execution: system calls before, transactions one by one, system calls after. */
export interface BlockSession {
  readonly gasUsed: bigint;
  /**
   * Execute the next transaction.
   * @throws ChainError "H1.transactions" for one that may not be in this block, "DeadlineExceeded" or "Aborted" when
   * interrupted (the session goes on without it in all three cases), "EngineFault" (the session is lost).
   */
  run(transaction: Transaction, interrupts: Interrupts): Promise<void>;
  /**
   * @param payouts left out where the block pays nothing but its transactions' tips.
   * @throws ChainError "H1.requests" for a block that is invalid by what its system contracts do.
   */
  finish(payouts?: Payouts): Promise<BlockResult>;
}

export interface EngineLog {
  readonly address: Address;
  readonly topics: readonly Hash[];
  readonly data: Hex;
}

/** Who made a contract: the sender of a creation, or the contract that asked for it. */
export interface Creation {
  readonly contract: Address;
  readonly creator: Address;
}

/** Who took part in a transaction besides its sender and its recipient. */
export interface Parties {
  /** Called in some frame, made by one, or heir of a contract. */
  readonly addresses: readonly Address[];
  /** Contracts that are there afterwards, or were within it. */
  readonly creations: readonly Creation[];
}

export interface TransactionResult {
  readonly transaction: Transaction;
  /** null before Byzantium, where `root` stands in its place. */
  readonly status: 0 | 1 | null;
  readonly root: Hash | null;
  readonly gasUsed: bigint;
  readonly cumulativeGasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  /** Type 3 only, like the next. */
  readonly blobGasUsed: bigint | null;
  /** Wei per blob gas. */
  readonly blobGasPrice: bigint | null;
  readonly contractAddress: Address | null;
  readonly logs: readonly EngineLog[];
  /** null for one that was simulated. */
  readonly parties: Parties | null;
}

export interface BlockResult {
  readonly stateRoot: Hash;
  readonly receiptsRoot: Hash;
  readonly logsBloom: Hex;
  readonly gasUsed: bigint;
  /** null before Prague. */
  readonly requestsHash: Hash | null;
  readonly results: readonly TransactionResult[];
  /** New trie nodes and code by the store's key. */
  readonly nodes: ReadonlyMap<string, Uint8Array>;
  /** The state after the block. */
  readonly state: StateReader;
}

/** Reads one state. */
export interface StateReader {
  account(address: Address): Promise<Account>;
  code(address: Address): Promise<Hex>;
  storage(address: Address, slot: Hash): Promise<Hash>;
  proof(address: Address, slots: readonly Hash[]): Promise<AccountProof>;
}

export interface EngineCall extends Interrupts {
  readonly request: CallRequest;
  readonly gas: bigint;
  readonly stateOverrides?: StateOverrides | undefined;
  readonly blockOverrides?: BlockOverrides | undefined;
  /** Tell what was touched. */
  readonly reportAccess?: boolean | undefined;
}

export interface EngineCallResult extends CallResult {
  /** Gas taken off `gasUsed` at the end: a run needs this much more to get there. */
  readonly gasRefunded: bigint;
  /** Accounts and slots touched that were not warm at the start; empty unless asked for. */
  readonly accessed: readonly AccessListItem[];
}
