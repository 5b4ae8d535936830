import type { Address, Hash } from "@causeway/protocol/hex";
import type { Common } from "@ethereumjs/common";
import type { EVMOpts } from "@ethereumjs/evm";
import { createVM, type VM } from "@ethereumjs/vm";
import type { PrecompileBackends } from "../../crypto/precompileBackends.js";
import type { BlockHashes } from "../blockHashes.js";
import { blockHashSource } from "./blockHashSource.js";
import type { InterruptibleEvm } from "./interruptibleEvm.js";
import type { NodeSource } from "./nodeSource.js";
import { OverlayDb } from "./overlayDb.js";
import { openState, type ViewStateManager } from "./viewStateManager.js";

/** What every execution of one chain shares. */
export interface EngineContext {
  readonly common: Common;
  readonly backends: PrecompileBackends;
  /** Whose events are deposit requests (EIP-6110). */
  readonly depositContract: Address;
  readonly nodes: NodeSource;
  readonly hashes: BlockHashes;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** A VM of its own on the state at one root; its writes end in `overlay`. */
export interface Execution<E extends InterruptibleEvm = InterruptibleEvm> {
  readonly vm: VM;
  readonly evm: E;
  readonly state: ViewStateManager;
  readonly overlay: OverlayDb;
  readonly common: Common;
  readonly depositContract: Address;
}

/** @param Evm with what can be asked of it besides executing. */
export async function openExecution<E extends InterruptibleEvm>(
  context: EngineContext,
  stateRoot: Hash,
  Evm: new (options: EVMOpts, now: () => number) => E,
): Promise<Execution<E>> {
  // A copy: every EVM leaves a listener on its Common for good.
  const common = context.common.copy();
  const overlay = new OverlayDb(context.nodes);
  const state = openState(stateRoot, overlay, common);
  const blockchain = blockHashSource(context.hashes);
  const { bls, bn254 } = context.backends;
  const evm = new Evm({ common, stateManager: state, blockchain, bls, bn254 }, context.now);
  const vm = await createVM({ common, evm, stateManager: state, blockchain });
  return { vm, evm, state, overlay, common, depositContract: context.depositContract };
}
