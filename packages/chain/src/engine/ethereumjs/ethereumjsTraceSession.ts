import type { Hash } from "@causeway/protocol/hex";
import { toHex } from "../../codec/hex.js";
import type { Transaction } from "../../types/transaction.js";
import type {
  BlockContext,
  CallSession,
  EngineCall,
  EngineCallResult,
  Interrupts,
  IrregularChange,
  Observe,
  TraceSession,
  TransactionResult,
} from "../engine.js";
import { type EngineContext, type Execution, openExecution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { EthereumjsSession } from "./ethereumjsSession.js";
import { liveState } from "./liveState.js";
import { ObservedEvm } from "./observedEvm.js";
import { runCall } from "./runCall.js";

/** The session that executes blocks, on an EVM that can be watched. */
export class EthereumjsTraceSession implements TraceSession {
  readonly #execution: Execution<ObservedEvm>;
  readonly #session: EthereumjsSession;

  private constructor(execution: Execution<ObservedEvm>, session: EthereumjsSession) {
    this.#execution = execution;
    this.#session = session;
  }

  static async begin(
    engine: EngineContext,
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<EthereumjsTraceSession> {
    const execution = await openExecution(engine, parentStateRoot, ObservedEvm);
    const session = await EthereumjsSession.begin(execution, context, irregular);
    return new EthereumjsTraceSession(execution, session);
  }

  async run(
    transaction: Transaction,
    interrupts: Interrupts,
    observe: Observe | null,
  ): Promise<TransactionResult> {
    const { evm, state } = this.#execution;
    evm.observe(observe === null ? null : await observe(liveState(state)));
    await this.#session.run(transaction, interrupts);
    evm.observe(null);
    const result = this.#session.results.at(-1);
    if (result === undefined) throw new Error(`transaction ${transaction.hash} ran without a result`);
    return result;
  }

  call(context: BlockContext, call: EngineCall, observe: Observe): Promise<EngineCallResult> {
    return callSession(this.#execution).call(context, call, observe);
  }

  stateRoot(): Promise<Hash> {
    return engineFault(async () => toHex(await this.#execution.state.getStateRoot()));
  }
}

/** Calls on one state, one after the other. */
export function callSession(execution: Execution<ObservedEvm>): CallSession {
  const { evm, state } = execution;
  return {
    call: (context, call, observe) =>
      engineFault(async () => {
        const result = await runCall(execution, context, call, async () =>
          evm.observe(await observe(liveState(state))),
        );
        evm.observe(null);
        // What a transaction leaves warm or in memory ends with it.
        evm.journal.cleanJournal();
        evm.transientStorage.clear();
        state.originalStorageCache.clear();
        return result;
      }),
  };
}
