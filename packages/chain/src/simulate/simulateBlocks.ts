import { type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { minOf } from "../bigints.js";
import { chainError } from "../chainError.js";
import type { CallLimits, CallRequest, Header, Log, Transaction, Withdrawal } from "../chainReader.js";
import { encodeBlock } from "../codec/block.js";
import { EMPTY_LIST_HASH, headerHash, ZERO_NONCE } from "../codec/header.js";
import { listRoot } from "../codec/listRoot.js";
import { encodeWithdrawal } from "../codec/withdrawal.js";
import type { Engine } from "../engine/engine.js";
import type { SimulatedContext, SimulatedOutcome, SimulationSession } from "../engine/simulation.js";
import { nextBaseFee } from "../rules/baseFee.js";
import type { CallLog } from "./callLogs.js";
import { type OrderedBlock, orderBlocks } from "./orderBlocks.js";
import type { SimulatedBlock, SimulatedCall, SimulationRequest } from "./simulation.js";
import { simulationFault } from "./simulationFault.js";
import { unsignedTransaction } from "./unsignedTransaction.js";

/** What a simulation stands on. */
export interface SimulationBase {
  readonly engine: Engine;
  readonly chainId: bigint;
  readonly header: Header;
  /** Hashes of the chain up to `header`. */
  hash(number: number): Promise<Hash | null>;
}

/**
 * Run blocks of calls on a block, in memory (eth_simulateV1, with geth's semantics).
 * @param limits its gas is for all calls together.
 * @throws ChainError "Simulation.<fault>", "Aborted", "EngineFault".
 */
export async function simulateBlocks(
  base: SimulationBase,
  request: SimulationRequest,
  limits: CallLimits,
): Promise<readonly SimulatedBlock[]> {
  const blocks: SimulatedBlock[] = [];
  const hash = async (number: number) =>
    number <= base.header.number
      ? base.hash(number)
      : (blocks[number - base.header.number - 1]?.block.header.hash ?? null);
  const simulation = base.engine.simulate(base.header.stateRoot, hash, request.traceTransfers);
  let gasLeft = limits.gasMax;
  let parent = base.header;
  for (const ordered of orderBlocks(base.header, request.blocks)) {
    if (limits.signal?.aborted) throw chainError("Aborted", "simulation was aborted by its caller");
    const context = contextOf(ordered, parent, request.validation);
    const session = await simulation.beginBlock(context, ordered.state);
    const run = new SimulatedRun(base.chainId, session, context, request, gasLeft, limits.signal);
    for (const call of ordered.calls) await run.call(call);
    const block = await run.seal(context, ordered.overrides.withdrawals ?? []);
    blocks.push(block);
    gasLeft = run.gasLeft;
    parent = block.block.header;
  }
  return blocks;
}

/** What a block has of its parent and its overrides; the fee recipient stays, the rest is as of a block of nobody. */
function contextOf(
  { number, timestamp, overrides }: OrderedBlock,
  parent: Header,
  validation: boolean,
): SimulatedContext {
  const baseFee = overrides.baseFeePerGas ?? (validation ? nextBaseFee(parent) : 0n);
  return {
    number,
    timestamp,
    miner: overrides.coinbase ?? parent.miner,
    gasLimit: overrides.gasLimit ?? parent.gasLimit,
    difficulty: parent.difficulty,
    baseFeePerGas: parent.baseFeePerGas === null ? null : baseFee,
    excessBlobGas: parent.excessBlobGas === null ? null : 0n,
    mixHash: overrides.prevRandao ?? ZERO_HASH,
    parentHash: parent.hash,
    parentBeaconBlockRoot:
      parent.parentBeaconBlockRoot === null ? null : (overrides.parentBeaconBlockRoot ?? ZERO_HASH),
    blobBaseFee: overrides.blobBaseFee ?? null,
  };
}

/** The calls of one block, one after the other. */
class SimulatedRun {
  readonly #transactions: Transaction[] = [];
  readonly #outcomes: (SimulatedOutcome & { readonly gasCapped: boolean })[] = [];

  /** @param gasLeft what all calls from here on may use together. */
  constructor(
    private readonly chainId: bigint,
    private readonly session: SimulationSession,
    private readonly context: SimulatedContext,
    private readonly request: SimulationRequest,
    public gasLeft: bigint,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async call(given: CallRequest): Promise<void> {
    const available = this.context.gasLimit - this.session.gasUsed;
    const asked = given.gas ?? available;
    if (asked > available) {
      throw simulationFault(
        "BlockGasLimit",
        `block gas limit reached: remaining: ${available}, required: ${asked}`,
      );
    }
    const from = given.from ?? ZERO_ADDRESS;
    const nonce = given.nonce ?? (await this.session.nonce(from));
    const call = { ...given, from, nonce, gas: minOf(asked, this.gasLeft) };
    const transaction = unsignedTransaction(call, this.chainId);
    const { validation } = this.request;
    const outcome = await this.session.run(call, transaction, { validation }, { signal: this.signal });
    this.gasLeft -= outcome.gasUsed;
    this.#transactions.push(transaction);
    this.#outcomes.push({ ...outcome, gasCapped: call.gas < asked });
  }

  async seal(context: SimulatedContext, withdrawals: readonly Withdrawal[]): Promise<SimulatedBlock> {
    const transactions = this.#transactions;
    const result = await this.session.finish(withdrawals);
    const { blobBaseFee: _notInHeaders, ...given } = context;
    const fields = {
      ...given,
      sha3Uncles: EMPTY_LIST_HASH,
      stateRoot: result.stateRoot,
      transactionsRoot: await listRoot(transactions.map(({ raw }) => raw)),
      receiptsRoot: result.receiptsRoot,
      logsBloom: result.logsBloom,
      gasUsed: result.gasUsed,
      extraData: "0x" as const,
      nonce: ZERO_NONCE,
      withdrawalsRoot: await listRoot(withdrawals.map(encodeWithdrawal)),
      blobGasUsed: this.#outcomes.reduce((sum, { blobGasUsed }) => sum + blobGasUsed, 0n),
      requestsHash: result.requestsHash,
    };
    const header: Header = { ...fields, hash: headerHash(fields) };
    const { length: size } = encodeBlock(header, transactions, [], withdrawals);
    return {
      block: { header, transactions, ommers: [], withdrawals, size },
      calls: this.#outcomes.map((outcome, index) => callOf(outcome, header, transactions[index], index)),
    };
  }
}

function callOf(
  outcome: SimulatedOutcome & { readonly gasCapped: boolean },
  header: Header,
  transaction: Transaction | undefined,
  transactionIndex: number,
): SimulatedCall {
  const { status, returnData, error, gasUsed, gasBeforeRefund, gasCapped } = outcome;
  const place = {
    blockNumber: header.number,
    blockHash: header.hash,
    blockTimestamp: header.timestamp,
    transactionHash: transaction?.hash ?? ZERO_HASH,
    transactionIndex,
  };
  const logs = outcome.logs.map(({ index, ...log }: CallLog): Log => ({ ...log, ...place, logIndex: index }));
  return { status, returnData, error, gasUsed, maxUsedGas: gasBeforeRefund, logs, gasCapped };
}
