import type { Hash } from "@causeway/protocol/hex";
import type { Common } from "@ethereumjs/common";
import { createVM, type VM } from "@ethereumjs/vm";
import type { PrecompileBackends } from "../../crypto/precompileBackends.js";
import type { BlockHashes } from "../blockHashes.js";
import { blockHashSource } from "./blockHashSource.js";
import { InterruptibleEvm } from "./interruptibleEvm.js";
import type { NodeSource } from "./nodeSource.js";
import { OverlayDb } from "./overlayDb.js";
import { openState, type ViewStateManager } from "./viewStateManager.js";

/** What every execution of one chain shares. */
export interface EngineContext {
  readonly common: Common;
  readonly backends: PrecompileBackends;
  readonly nodes: NodeSource;
  readonly hashes: BlockHashes;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A VM of its own on the state at one root; its writes end in `overlay`. */
export interface Execution {
  readonly vm: VM;
  readonly evm: InterruptibleEvm;
  readonly state: ViewStateManager;
  readonly overlay: OverlayDb;
  readonly common: Common;
}

export async function openExecution(context: EngineContext, stateRoot: Hash): Promise<Execution> {
  // A copy: every EVM leaves a listener on its Common for good.
  const common = context.common.copy();
  const overlay = new OverlayDb(context.nodes);
  const state = openState(stateRoot, overlay, common);
  const blockchain = blockHashSource(context.hashes);
  const { bls, bn254 } = context.backends;
  const evm = new InterruptibleEvm({ common, stateManager: state, blockchain, bls, bn254 }, context.now);
  const vm = await createVM({ common, evm, stateManager: state, blockchain });
  return { vm, evm, state, overlay, common };
}
