import type { Certificate } from "@causeway/protocol/certificate";
import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { minOf } from "../bigints.js";
import { chainError } from "../chainError.js";
import type { ChainReader, HeadEvent, LogFilter } from "../chainReader.js";
import type { Creation, Engine, EngineCallResult, StateReader } from "../engine/engine.js";
import { overriddenAt, validatorsAt } from "../execution/validatorsAt.js";
import { nextBaseFee } from "../rules/baseFee.js";
import { type BlobFees, blobFees } from "../rules/blobFees.js";
import type { ChainForks } from "../rules/chainForks.js";
import { type ChainRules, forksOf } from "../rules/chainRules.js";
import { type ForkConfigurations, forkConfigurations } from "../rules/forkConfiguration.js";
import { transactionGasMax } from "../rules/gasLimits.js";
import { simulateBlocks } from "../simulate/simulateBlocks.js";
import type { SimulatedBlock, SimulationRequest } from "../simulate/simulation.js";
import type { AppearancePage, TransactionPlace } from "../store/addressIndex.js";
import type { ChainStore } from "../store/chainStore.js";
import { Replays } from "../tracing/replays.js";
import type { TraceReader } from "../tracing/traceReader.js";
import type { Account, AccountProof } from "../types/account.js";
import type { FullBlock } from "../types/block.js";
import type { BlockOverrides, CallLimits, CallRequest, CallResult, StateOverrides } from "../types/call.js";
import type { Header } from "../types/header.js";
import type { Log, Receipt } from "../types/receipt.js";
import type { AccessListItem, Transaction } from "../types/transaction.js";
import { createAccessList } from "./createAccessList.js";
import { estimateGas } from "./estimateGas.js";
import { blockMayMatch, logMatches } from "./matchLogs.js";

export interface ReaderParts {
  readonly chainId: number;
  readonly genesisHash: Hash;
  readonly rules: ChainRules;
  readonly store: ChainStore;
  readonly engine: Engine;
  readonly headHeader: () => Header;
  readonly onHead: (listener: (event: HeadEvent) => void) => () => void;
}

type Overrides = { readonly state?: StateOverrides; readonly block?: BlockOverrides };

/** The finalized chain, read from the store; all history is kept, from a snapshot's head on where the node was restored. */
export class FinalizedReader implements ChainReader {
  readonly traces: TraceReader;
  readonly #parts: ReaderParts;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
    this.traces = new Replays(parts);
  }

  get chainId(): number {
    return this.#parts.chainId;
  }

  get genesisHash(): Hash {
    return this.#parts.genesisHash;
  }

  headNumber(): number {
    return this.#parts.store.headNumber;
  }

  historyStart(): number {
    return this.#parts.store.historyStart;
  }

  stateStart(): number {
    return this.#parts.store.stateStart;
  }

  async header(id: number | Hash): Promise<Header | null> {
    const number = await this.#parts.store.number(id);
    return number === null ? null : this.#parts.store.header(number);
  }

  async block(id: number | Hash): Promise<FullBlock | null> {
    const number = await this.#parts.store.number(id);
    return number === null ? null : this.#parts.store.block(number);
  }

  async rawBlock(id: number | Hash): Promise<Uint8Array | null> {
    const number = await this.#parts.store.number(id);
    return number === null ? null : this.#parts.store.rawBlock(number);
  }

  async receipts(id: number | Hash): Promise<readonly Receipt[] | null> {
    const number = await this.#parts.store.number(id);
    return number === null ? null : this.#parts.store.receipts(number);
  }

  async transaction(hash: Hash): Promise<{ transaction: Transaction; header: Header; index: number } | null> {
    const place = this.#parts.store.transactionPlace(hash);
    if (place === null) return null;
    const block = await this.#parts.store.block(place.number);
    const transaction = block?.transactions[place.index];
    return block === null || transaction === undefined
      ? null
      : { transaction, header: block.header, index: place.index };
  }

  async receipt(transactionHash: Hash): Promise<Receipt | null> {
    const place = this.#parts.store.transactionPlace(transactionHash);
    if (place === null) return null;
    return (await this.#parts.store.receipts(place.number))?.[place.index] ?? null;
  }

  async logs(filter: LogFilter, limit: number): Promise<readonly Log[]> {
    const found: Log[] = [];
    const last = Math.min(filter.toBlock, this.headNumber());
    for (let number = Math.max(filter.fromBlock, 0); number <= last; number++) {
      const header = await this.#parts.store.header(number);
      if (header === null || !blockMayMatch(header, filter)) continue;
      for (const receipt of (await this.#parts.store.receipts(number)) ?? []) {
        found.push(...receipt.logs.filter((log) => logMatches(log, filter)));
      }
      if (found.length >= limit) break;
    }
    return found.slice(0, limit);
  }

  async certificate(number: number): Promise<Certificate | null> {
    return this.#parts.store.certificate(number);
  }

  async validators(number: number): Promise<ValidatorSet | null> {
    if (number < 0 || number > this.headNumber() + 1) return null;
    const { rules, store } = this.#parts;
    return rules.kind === "causeway" ? validatorsAt(number, store, rules.spec) : null;
  }

  async overriddenValidators(number: number): Promise<ValidatorSet | null> {
    const { rules, store } = this.#parts;
    return rules.kind === "causeway" ? overriddenAt(number, store, rules.spec) : null;
  }

  async account(address: Address, number: number): Promise<Account> {
    return (await this.#state(number)).account(address);
  }

  async code(address: Address, number: number): Promise<Hex> {
    return (await this.#state(number)).code(address);
  }

  async storage(address: Address, slot: Hash, number: number): Promise<Hash> {
    return (await this.#state(number)).storage(address, slot);
  }

  async proof(address: Address, slots: readonly Hash[], number: number): Promise<AccountProof> {
    return (await this.#state(number)).proof(address, slots);
  }

  async call(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides: Overrides = {},
  ): Promise<CallResult> {
    const { status, returnData, gasUsed, error } = await this.#attempt(
      request,
      await this.#known(number),
      limits,
      overrides,
      minOf(request.gas ?? limits.gasMax, limits.gasMax),
    );
    return { status, returnData, gasUsed, error };
  }

  async estimateGas(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides: Overrides = {},
  ): Promise<{ readonly gas: bigint } | { readonly failure: CallResult }> {
    const header = await this.#known(number);
    const attempt = (gas: bigint) => this.#attempt(request, header, limits, overrides, gas);
    const asked = minOf(request.gas ?? limits.gasMax, limits.gasMax);
    const cap = minOf(asked, this.transactionGasMax(header) ?? asked);
    return estimateGas(attempt, cap, await this.#isPlainTransfer(request, header, overrides));
  }

  async accessList(
    request: CallRequest,
    number: number,
    limits: CallLimits,
    overrides: Overrides = {},
  ): Promise<{ accessList: readonly AccessListItem[]; result: CallResult }> {
    const header = await this.#known(number);
    const gas = minOf(request.gas ?? limits.gasMax, limits.gasMax);
    const attempt = (accessList: readonly AccessListItem[]) =>
      this.#attempt({ ...request, accessList }, header, limits, overrides, gas, true);
    const { accessList, result } = await createAccessList(attempt, request);
    const { status, returnData, gasUsed, error } = result;
    return { accessList, result: { status, returnData, gasUsed, error } };
  }

  async simulate(
    request: SimulationRequest,
    number: number,
    limits: CallLimits,
  ): Promise<readonly SimulatedBlock[]> {
    const { engine, store } = this.#parts;
    const base = {
      engine,
      chainId: BigInt(this.chainId),
      header: await this.#known(number),
      forks: this.#forks,
      hash: (height: number) => store.hash(height),
    };
    return simulateBlocks(base, request, limits);
  }

  async appearances(
    address: Address,
    number: number,
    side: "before" | "after",
    limit: number,
  ): Promise<AppearancePage> {
    return this.#parts.store.addresses[side](address, number, limit);
  }

  async creation(contract: Address): Promise<(Creation & TransactionPlace) | null> {
    return this.#parts.store.addresses.creation(contract);
  }

  nextBaseFee(): bigint {
    return nextBaseFee(this.#parts.headHeader());
  }

  transactionGasMax(header: Header): bigint | null {
    return transactionGasMax(this.#forks.at(header));
  }

  blobFees(header: Header): BlobFees | null {
    return blobFees(header, this.#forks);
  }

  async forkConfigurations(): Promise<ForkConfigurations> {
    const { engine, store, headHeader } = this.#parts;
    const genesis = await store.header(0);
    if (genesis === null) throw chainError("DatabaseUnusable", "data directory lacks the genesis block");
    return forkConfigurations(this.#forks, genesis, headHeader(), engine.depositContract);
  }

  onHead(listener: (event: HeadEvent) => void): () => void {
    return this.#parts.onHead(listener);
  }

  get #forks(): ChainForks {
    return forksOf(this.#parts.rules);
  }

  #attempt(
    request: CallRequest,
    header: Header,
    { signal }: CallLimits,
    overrides: Overrides,
    gas: bigint,
    reportAccess = false,
  ): Promise<EngineCallResult> {
    return this.#parts.engine.call(header.stateRoot, header, {
      request,
      gas,
      signal,
      stateOverrides: overrides.state,
      blockOverrides: overrides.block,
      reportAccess,
    });
  }

  async #isPlainTransfer({ to, data }: CallRequest, header: Header, overrides: Overrides): Promise<boolean> {
    if (to == null || (data ?? "0x") !== "0x") return false;
    if (overrides.state?.get(to)?.code !== undefined) return false;
    return (await this.#parts.engine.state(header.stateRoot).code(to)) === "0x";
  }

  async #known(number: number): Promise<Header> {
    // First: where the state is not here, the header may not be, either.
    this.#parts.store.requireState(number);
    const header = await this.#parts.store.header(number);
    if (header === null)
      throw chainError("UnknownBlock", `block ${number} is beyond the head ${this.headNumber()}`);
    return header;
  }

  async #state(number: number): Promise<StateReader> {
    return this.#parts.engine.state((await this.#known(number)).stateRoot);
  }
}
