import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { loadPrecompileBackends } from "../../crypto/precompileBackends.js";
import type { BlockHashes } from "../blockHashes.js";
import type {
  BlockContext,
  BlockSession,
  CallSession,
  Engine,
  EngineCall,
  EngineCallResult,
  StateReader,
  StorageWrites,
  TraceSession,
} from "../engine.js";
import type { Simulation } from "../simulation.js";
import { chainCommon } from "./chainCommon.js";
import { correctLibrary } from "./correctLibrary.js";
import { type EngineContext, openExecution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { EthereumjsSession } from "./ethereumjsSession.js";
import { EthereumjsSimulation } from "./ethereumjsSimulation.js";
import { callSession, EthereumjsTraceSession } from "./ethereumjsTraceSession.js";
import { InterruptibleEvm } from "./interruptibleEvm.js";
import type { NodeSource } from "./nodeSource.js";
import { ObservedEvm } from "./observedEvm.js";
import { OverlayDb } from "./overlayDb.js";
import { runCall } from "./runCall.js";
import { TrieStateReader } from "./trieStateReader.js";

/** The reference engine, on @ethereumjs/vm. */
export class EthereumjsEngine implements Engine {
  readonly context: EngineContext;

  private constructor(context: EngineContext) {
    this.context = context;
  }

  static async create(
    genesis: Genesis,
    nodes: NodeSource,
    hashes: BlockHashes,
    now: () => number,
  ): Promise<EthereumjsEngine> {
    await correctLibrary();
    const backends = await loadPrecompileBackends();
    const common = chainCommon(genesis.config, backends);
    return new EthereumjsEngine({ common, backends, nodes, hashes, now });
  }

  async beginBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: StorageWrites | null,
  ): Promise<BlockSession> {
    return EthereumjsSession.begin(
      await openExecution(this.context, parentStateRoot, InterruptibleEvm),
      context,
      irregular,
    );
  }

  simulate(parentStateRoot: Hash, hashes: BlockHashes, traceTransfers: boolean): Simulation {
    return new EthereumjsSimulation({ ...this.context, hashes }, parentStateRoot, traceTransfers);
  }

  state(stateRoot: Hash): StateReader {
    return new TrieStateReader(stateRoot, new OverlayDb(this.context.nodes), this.context.common);
  }

  async call(stateRoot: Hash, context: BlockContext, call: EngineCall): Promise<EngineCallResult> {
    const execution = await openExecution(this.context, stateRoot, InterruptibleEvm);
    return engineFault(() => runCall(execution, context, call));
  }

  traceBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: StorageWrites | null,
  ): Promise<TraceSession> {
    return EthereumjsTraceSession.begin(this.context, parentStateRoot, context, irregular);
  }

  async traceCalls(stateRoot: Hash, _context: BlockContext): Promise<CallSession> {
    return callSession(await openExecution(this.context, stateRoot, ObservedEvm));
  }
}
