import type { Hash } from "@causeway/protocol/hex";
import type { Transaction } from "../../chainReader.js";
import { toHex } from "../../codec/hex.js";
import type {
  BlockContext,
  EngineCall,
  EngineCallResult,
  Interrupts,
  Observe,
  StorageWrites,
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
    irregular: StorageWrites | null,
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
    return observedCall(this.#execution, context, call, observe);
  }

  stateRoot(): Promise<Hash> {
    return engineFault(async () => toHex(await this.#execution.state.getStateRoot()));
  }
}

/** A call on the state at a root. */
export async function traceCall(
  engine: EngineContext,
  stateRoot: Hash,
  context: BlockContext,
  call: EngineCall,
  observe: Observe,
): Promise<EngineCallResult> {
  return observedCall(await openExecution(engine, stateRoot, ObservedEvm), context, call, observe);
}

function observedCall(
  execution: Execution<ObservedEvm>,
  context: BlockContext,
  call: EngineCall,
  observe: Observe,
): Promise<EngineCallResult> {
  const { evm, state } = execution;
  return engineFault(() =>
    runCall(execution, context, call, async () => evm.observe(await observe(liveState(state)))),
  );
}
