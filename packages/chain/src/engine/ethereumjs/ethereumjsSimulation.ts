import type { Address, Hash } from "@causeway/protocol/hex";
import type { Block } from "@ethereumjs/block";
import { Account, createAddressFromString } from "@ethereumjs/util";
import type { StateOverrides, Transaction, Withdrawal } from "../../chainReader.js";
import { CallLogs } from "../../simulate/callLogs.js";
import type { BlockResult, Interrupts } from "../engine.js";
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
import { ObservedEvm } from "./observedEvm.js";

/** EIP-4895 counts in gwei. */
const WEI_PER_GWEI = 1_000_000_000n;

/** Sessions on states that are kept in memory from one block to the next. */
export class EthereumjsSimulation implements Simulation {
  readonly #context: EngineContext;
  readonly #traceTransfers: boolean;
  /** Trie nodes and code that the blocks so far have made. */
  readonly #nodes = new Map<string, Uint8Array>();
  #stateRoot: Hash;

  /** @param context whose `hashes` also know the simulated blocks. */
  constructor(context: EngineContext, stateRoot: Hash, traceTransfers: boolean) {
    const stored = context.nodes;
    this.#context = { ...context, nodes: { get: (key) => this.#nodes.get(key) ?? stored.get(key) } };
    this.#stateRoot = stateRoot;
    this.#traceTransfers = traceTransfers;
  }

  async beginBlock(context: SimulatedContext, overrides: StateOverrides): Promise<SimulationSession> {
    return engineFault(async () => {
      const execution = await openExecution(this.#context, this.#stateRoot, ObservedEvm);
      await applyStateOverrides(execution, overrides);
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
    const failed = outcome.status !== "success";
    this.session.add({
      transaction,
      status: failed ? 0 : 1,
      gasUsed: outcome.gasUsed,
      effectiveGasPrice: outcome.effectiveGasPrice,
      contractAddress: outcome.contractAddress,
      logs: outcome.logs,
    });
    const { status, returnData, error, gasUsed, gasBeforeRefund, blobGasUsed } = outcome;
    return { status, returnData, error, gasUsed, gasBeforeRefund, blobGasUsed, logs: this.#logs.take() };
  }

  async finish(withdrawals: readonly Withdrawal[]): Promise<BlockResult> {
    const { state } = this.execution;
    const result = await engineFault(async () => {
      for (const { address, amount } of withdrawals) {
        const to = createAddressFromString(address);
        const account = (await state.getAccount(to)) ?? new Account();
        account.balance += amount * WEI_PER_GWEI;
        await state.putAccount(to, account);
      }
      return this.session.finish();
    });
    this.keep(result);
    return result;
  }
}
