import type { Address, Hash } from "@causeway/protocol/hex";
import type { Block } from "@ethereumjs/block";
import { createAddressFromString } from "@ethereumjs/util";
import { toHex } from "../../codec/hex.js";
import { hasFork } from "../../rules/fork.js";
import { CallLogs } from "../../simulate/callLogs.js";
import type { StateOverrides } from "../../types/call.js";
import type { Withdrawal } from "../../types/header.js";
import type { Transaction } from "../../types/transaction.js";
import type { BlockContext, BlockResult, Interrupts, TransactionResult } from "../engine.js";
import type {
  FilledCall,
  MessageRules,
  SimulatedContext,
  SimulatedOutcome,
  Simulation,
  SimulationSession,
} from "../simulation.js";
import { applyMessage } from "./applyMessage.js";
import { applyStateOverrides } from "./applyStateOverrides.js";
import { contextBlock } from "./contextBlock.js";
import { type EngineContext, type Execution, openExecution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { EthereumjsSession } from "./ethereumjsSession.js";
import { forkOf } from "./forkCommons.js";
import { ObservedEvm } from "./observedEvm.js";

/** Sessions on states that are kept in memory from one block to the next. */
export class EthereumjsSimulation implements Simulation {
  readonly #contextOf: (block: BlockContext) => EngineContext;
  readonly #traceTransfers: boolean;
  /** Trie nodes and code that the blocks so far have made. */
  readonly #nodes = new Map<string, Uint8Array>();
  #stateRoot: Hash;

  /** @param contextOf a block's rules; its `hashes` also know the simulated blocks. */
  constructor(contextOf: (block: BlockContext) => EngineContext, stateRoot: Hash, traceTransfers: boolean) {
    this.#contextOf = contextOf;
    this.#stateRoot = stateRoot;
    this.#traceTransfers = traceTransfers;
  }

  async beginBlock(context: SimulatedContext, overrides: StateOverrides): Promise<SimulationSession> {
    return engineFault(async () => {
      const engine = this.#contextOf(context);
      const nodes = { get: (key: string) => this.#nodes.get(key) ?? engine.nodes.get(key) };
      const execution = await openExecution({ ...engine, nodes }, this.#stateRoot, ObservedEvm);
      await applyStateOverrides(execution, overrides);
      // As if another transaction had made them: what is not flushed before a checkpoint is not in its state root.
      await execution.state.flush();
      execution.state.originalStorageCache.clear();
      const session = await EthereumjsSession.begin(execution, context, null);
      return new SimulatedBlockSession(execution, session, context, this.#traceTransfers, (result) => {
        this.#stateRoot = result.stateRoot;
        for (const [key, node] of result.nodes) this.#nodes.set(key, node);
      });
    });
  }
}

class SimulatedBlockSession implements SimulationSession {
  readonly #block: Block;
  readonly #logs: CallLogs;

  constructor(
    private readonly execution: Execution<ObservedEvm>,
    private readonly session: EthereumjsSession,
    context: SimulatedContext,
    traceTransfers: boolean,
    private readonly keep: (result: BlockResult) => void,
  ) {
    this.#block = contextBlock(context, execution.common);
    const { blobBaseFee } = context;
    if (blobBaseFee !== null) this.#block.header.getBlobGasPrice = () => blobBaseFee;
    this.#logs = new CallLogs(traceTransfers);
  }

  get gasUsed(): bigint {
    return this.session.gasUsed;
  }

  async nonce(address: Address): Promise<bigint> {
    return (await this.execution.state.getAccount(createAddressFromString(address)))?.nonce ?? 0n;
  }

  async run(
    call: FilledCall,
    transaction: Transaction,
    rules: MessageRules,
    interrupts: Interrupts,
  ): Promise<SimulatedOutcome> {
    const { evm } = this.execution;
    evm.interrupts = interrupts;
    await evm.checkInterrupts();
    evm.observe(this.#logs);
    const outcome = await engineFault(() => applyMessage(this.execution, this.#block, call, rules));
    evm.observe(null);
    this.session.add({
      transaction,
      ...(await this.#outcome(outcome.status === "success")),
      gasUsed: outcome.gasUsed,
      effectiveGasPrice: outcome.effectiveGasPrice,
      blobGasUsed: transaction.type === 3 ? outcome.blobGasUsed : null,
      blobGasPrice: transaction.type === 3 ? this.#block.header.getBlobGasPrice() : null,
      contractAddress: outcome.contractAddress,
      logs: outcome.logs,
      parties: null,
    });
    const { status, returnData, error, gasUsed, gasBeforeRefund, blobGasUsed } = outcome;
    return { status, returnData, error, gasUsed, gasBeforeRefund, blobGasUsed, logs: this.#logs.take() };
  }

  async finish(withdrawals: readonly Withdrawal[]): Promise<BlockResult> {
    const result = await this.session.finish({ withdrawals, ommers: [] });
    this.keep(result);
    return result;
  }

  /** EIP-658. */
  async #outcome(success: boolean): Promise<Pick<TransactionResult, "status" | "root">> {
    const { state, common } = this.execution;
    if (hasFork(forkOf(common), "byzantium")) return { status: success ? 1 : 0, root: null };
    return { status: null, root: toHex(await state.getStateRoot()) };
  }
}
