import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Address, Hash } from "@causeway/protocol/hex";
import { loadPrecompileBackends } from "../../crypto/precompileBackends.js";
import type { ForkPoint } from "../../rules/ethereum/forkSchedule.js";
import type { BlockHashes } from "../blockHashes.js";
import type {
  BlockContext,
  BlockSession,
  CallSession,
  Engine,
  EngineCall,
  EngineCallResult,
  IrregularChange,
  StateReader,
  TraceSession,
} from "../engine.js";
import type { Simulation } from "../simulation.js";
import { correctLibrary } from "./correctLibrary.js";
import { type EngineContext, openExecution } from "./engineContext.js";
import { engineFault } from "./engineFault.js";
import { EthereumjsSession } from "./ethereumjsSession.js";
import { EthereumjsSimulation } from "./ethereumjsSimulation.js";
import { callSession, EthereumjsTraceSession } from "./ethereumjsTraceSession.js";
import { type ForkCommons, forkCommons } from "./forkCommons.js";
import { InterruptibleEvm } from "./interruptibleEvm.js";
import type { NodeSource } from "./nodeSource.js";
import { ObservedEvm } from "./observedEvm.js";
import { OverlayDb } from "./overlayDb.js";
import { runCall } from "./runCall.js";
import { TrieStateReader } from "./trieStateReader.js";

/** EIP-6110, for a genesis that names none. */
const MAINNET_DEPOSIT_CONTRACT: Address = "0x00000000219ab540356cbb839cbe05303d7705fa";
/** After every fork that is scheduled. */
const NEWEST: ForkPoint = {
  number: Number.MAX_SAFE_INTEGER,
  timestamp: Number.MAX_SAFE_INTEGER,
  difficulty: 0n,
};

/** The reference engine, on @ethereumjs/vm. */
export class EthereumjsEngine implements Engine {
  /** What every execution shares; its rules are those of the chain's newest fork. */
  readonly context: EngineContext;
  readonly #commons: ForkCommons;

  private constructor(context: EngineContext, commons: ForkCommons) {
    this.context = context;
    this.#commons = commons;
  }

  static async create(
    genesis: Genesis | EthereumGenesis,
    nodes: NodeSource,
    hashes: BlockHashes,
    now: () => number,
  ): Promise<EthereumjsEngine> {
    await correctLibrary();
    const backends = await loadPrecompileBackends();
    const commons = forkCommons(genesis, backends);
    const depositContract = genesis.config.depositContractAddress ?? MAINNET_DEPOSIT_CONTRACT;
    const context = { common: commons(NEWEST), backends, depositContract, nodes, hashes, now };
    return new EthereumjsEngine(context, commons);
  }

  get depositContract(): Address {
    return this.context.depositContract;
  }

  async beginBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<BlockSession> {
    return EthereumjsSession.begin(
      await openExecution(this.#at(context), parentStateRoot, InterruptibleEvm),
      context,
      irregular,
    );
  }

  simulate(parentStateRoot: Hash, hashes: BlockHashes, traceTransfers: boolean): Simulation {
    const contextOf = (block: BlockContext) => ({ ...this.#at(block), hashes });
    return new EthereumjsSimulation(contextOf, parentStateRoot, traceTransfers);
  }

  state(stateRoot: Hash): StateReader {
    return new TrieStateReader(stateRoot, new OverlayDb(this.context.nodes), this.context.common);
  }

  async call(stateRoot: Hash, context: BlockContext, call: EngineCall): Promise<EngineCallResult> {
    const execution = await openExecution(this.#at(context), stateRoot, InterruptibleEvm);
    return engineFault(() => runCall(execution, context, call));
  }

  traceBlock(
    parentStateRoot: Hash,
    context: BlockContext,
    irregular: IrregularChange | null,
  ): Promise<TraceSession> {
    return EthereumjsTraceSession.begin(this.#at(context), parentStateRoot, context, irregular);
  }

  async traceCalls(stateRoot: Hash, context: BlockContext): Promise<CallSession> {
    return callSession(await openExecution(this.#at(context), stateRoot, ObservedEvm));
  }

  /** With the rules of a block's fork. */
  #at(context: BlockContext): EngineContext {
    return { ...this.context, common: this.#commons(context) };
  }
}
