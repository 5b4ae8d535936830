import { setImmediate } from "node:timers/promises";
import { type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import { minOf } from "../bigints.js";
import { chainError } from "../chainError.js";
import { encodeBlock } from "../codec/block.js";
import { EMPTY_LIST_HASH, headerHash, ZERO_NONCE } from "../codec/header.js";
import { listRoot } from "../codec/listRoot.js";
import { encodeWithdrawal } from "../codec/withdrawal.js";
import type { Engine } from "../engine/engine.js";
import type { SimulatedContext, SimulatedOutcome, SimulationSession } from "../engine/simulation.js";
import { nextBaseFee } from "../rules/baseFee.js";
import type { ChainForks } from "../rules/chainForks.js";
import { nextExcessBlobGas } from "../rules/ethereum/blobGas.js";
import { hasFork } from "../rules/fork.js";
import type { CallLimits, CallRequest } from "../types/call.js";
import type { Header, Withdrawal } from "../types/header.js";
import type { Log } from "../types/receipt.js";
import type { Transaction } from "../types/transaction.js";
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
  readonly forks: ChainForks;
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
    // Empty blocks run no code that would let others go on.
    await setImmediate();
    if (limits.signal?.aborted) throw chainError("Aborted", "simulation was aborted by its caller");
    const context = contextOf(ordered, parent, request.validation, base.forks);
    const session = await simulation.beginBlock(context, ordered.state);
    const run = new SimulatedRun(base, session, context, request, gasLeft, limits.signal);
    for (const call of ordered.calls) await run.call(call);
    const block = await run.seal(ordered.overrides.withdrawals ?? []);
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
  forks: ChainForks,
): SimulatedContext {
  const difficulty = forks.isMerged({ number, timestamp }) ? 0n : parent.difficulty;
  const fork = forks.at({ number, timestamp, difficulty });
  const baseFee = overrides.baseFeePerGas ?? (validation ? nextBaseFee(parent) : 0n);
  const blobs = forks.blobs(fork);
  return {
    number,
    timestamp,
    miner: overrides.coinbase ?? parent.miner,
    gasLimit: overrides.gasLimit ?? parent.gasLimit,
    difficulty,
    baseFeePerGas: hasFork(fork, "london") ? baseFee : null,
    excessBlobGas: blobs === null ? null : nextExcessBlobGas(parent, blobs, hasFork(fork, "osaka")),
    mixHash: overrides.prevRandao ?? ZERO_HASH,
    parentHash: parent.hash,
    parentBeaconBlockRoot: hasFork(fork, "cancun") ? (overrides.parentBeaconBlockRoot ?? ZERO_HASH) : null,
    blobBaseFee: overrides.blobBaseFee ?? null,
  };
}

/** The calls of one block, one after the other. */
class SimulatedRun {
  readonly #transactions: Transaction[] = [];
  readonly #outcomes: (SimulatedOutcome & { readonly gasCapped: boolean })[] = [];

  /** @param gasLeft what all calls from here on may use together. */
  constructor(
    private readonly base: SimulationBase,
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
    // Before London there is but one kind of price.
    const price = this.context.baseFeePerGas === null ? { gasPrice: given.gasPrice ?? 0n } : {};
    const call = { ...given, ...price, from, nonce, gas: minOf(asked, this.gasLeft) };
    const transaction = unsignedTransaction(call, this.base.chainId);
    const { validation } = this.request;
    const outcome = await this.session.run(call, transaction, { validation }, { signal: this.signal });
    this.gasLeft -= outcome.gasUsed;
    this.#transactions.push(transaction);
    this.#outcomes.push({ ...outcome, gasCapped: call.gas < asked });
  }

  async seal(asked: readonly Withdrawal[]): Promise<SimulatedBlock> {
    const transactions = this.#transactions;
    const { blobBaseFee: _notInHeaders, ...given } = this.context;
    const fork = this.base.forks.at(given);
    const withdrawals = hasFork(fork, "shanghai") ? asked : null;
    const result = await this.session.finish(withdrawals ?? []);
    const fields = {
      ...given,
      sha3Uncles: EMPTY_LIST_HASH,
      stateRoot: result.stateRoot,
      transactionsRoot: listRoot(transactions.map(({ raw }) => raw)),
      receiptsRoot: result.receiptsRoot,
      logsBloom: result.logsBloom,
      gasUsed: result.gasUsed,
      extraData: "0x" as const,
      nonce: ZERO_NONCE,
      withdrawalsRoot: withdrawals === null ? null : listRoot(withdrawals.map(encodeWithdrawal)),
      blobGasUsed: hasFork(fork, "cancun")
        ? this.#outcomes.reduce((sum, { blobGasUsed }) => sum + blobGasUsed, 0n)
        : null,
      requestsHash: result.requestsHash,
    };
    const header: Header = { ...fields, hash: headerHash(fields) };
    const { length: size } = encodeBlock(header, transactions, [], withdrawals ?? []);
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
