import type { Hash } from "@causeway/protocol/hex";
import { Common } from "@ethereumjs/common";
import { MerklePatriciaTrie } from "@ethereumjs/mpt";
import { Caches, MerkleStateManager } from "@ethereumjs/statemanager";
import { hexToBytes, ValueEncoding } from "@ethereumjs/util";
import { createVM } from "@ethereumjs/vm";
import type { BlockContext, BlockResult } from "../../src/engine/engine.js";
import { blockHashSource } from "../../src/engine/ethereumjs/blockHashSource.js";
import type { EngineContext, Execution } from "../../src/engine/ethereumjs/engineContext.js";
import { EthereumjsSession } from "../../src/engine/ethereumjs/ethereumjsSession.js";
import { FastCommon } from "../../src/engine/ethereumjs/fastCommon.js";
import { InterruptibleEvm } from "../../src/engine/ethereumjs/interruptibleEvm.js";
import { JumpAnalyses } from "../../src/engine/ethereumjs/jumpAnalyses.js";
import { OverlayDb } from "../../src/engine/ethereumjs/overlayDb.js";
import { ViewStateManager } from "../../src/engine/ethereumjs/viewStateManager.js";
import type { Transaction } from "../../src/types/transaction.js";

/** What we do otherwise than the library, each to be left out by itself. */
export const CORRECTIONS = [
  "storage writes",
  "jump analyses",
  "activated EIPs",
  "parameters",
  "opcode tables",
] as const;
export type Correction = (typeof CORRECTIONS)[number];

/** Blocks executed one after another by the engine with only some of its corrections. */
export class EngineVariant {
  readonly #context: EngineContext;
  readonly #common: Common;
  readonly #corrections: ReadonlySet<Correction>;
  readonly #written: Map<string, Uint8Array>;
  #root: Hash;

  /** @param base where the chain starts; its nodes are read through `context`. */
  constructor(context: EngineContext, base: Hash, corrections: readonly Correction[]) {
    this.#context = context;
    this.#corrections = new Set(corrections);
    this.#common = context.common.copy();
    const prototype = commonOf(this.#corrections);
    Object.setPrototypeOf(this.#common, prototype);
    this.#written = new Map();
    this.#root = base;
  }

  async run(block: BlockContext, transactions: readonly Transaction[]): Promise<BlockResult> {
    const session = await EthereumjsSession.begin(await this.#open(), block, null);
    for (const transaction of transactions) await session.run(transaction, {});
    const result = await session.finish();
    for (const [key, value] of result.nodes) this.#written.set(key, value);
    this.#root = result.stateRoot;
    return result;
  }

  /** As `openExecution` does. */
  async #open(): Promise<Execution> {
    const { hashes, nodes, backends, depositContract, now } = this.#context;
    const common = this.#common.copy();
    if (!this.#has("opcode tables")) Object.assign(common, { family: {} });
    const overlay = new OverlayDb({ get: (key) => this.#written.get(key) ?? nodes.get(key) });
    const trie = new MerklePatriciaTrie({
      db: overlay,
      root: hexToBytes(this.#root),
      common,
      useKeyHashing: true,
      valueEncoding: ValueEncoding.Bytes,
    });
    const State = this.#has("storage writes") ? ViewStateManager : WritingStateManager;
    const state = new State({ trie, common, caches: new Caches() });
    const blockchain = blockHashSource(hashes);
    const { bls, bn254 } = backends;
    const evm = new InterruptibleEvm({ common, stateManager: state, blockchain, bls, bn254 }, now);
    if (!this.#has("jump analyses")) evm.jumpAnalyses = new NoAnalyses();
    const vm = await createVM({ common, evm, stateManager: state, blockchain });
    return { vm, evm, state, overlay, common, depositContract };
  }

  #has(correction: Correction): boolean {
    return this.#corrections.has(correction);
  }
}

class WritingStateManager extends ViewStateManager {
  override putStorage = MerkleStateManager.prototype.putStorage;
}

class NoAnalyses extends JumpAnalyses {
  override of(...[, analyse]: Parameters<JumpAnalyses["of"]>) {
    return analyse();
  }
}

/** FastCommon with the library's own methods where a correction is left out. */
function commonOf(corrections: ReadonlySet<Correction>): object {
  const { isActivatedEIP, updateParams, copy } = Common.prototype;
  return Object.create(FastCommon.prototype, {
    ...(corrections.has("activated EIPs") ? {} : { isActivatedEIP: { value: isActivatedEIP } }),
    ...(corrections.has("parameters")
      ? {}
      : { updateParams: { value: updateParams }, copy: { value: copy } }),
  });
}
