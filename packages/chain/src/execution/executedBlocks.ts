import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Hash } from "@causeway/protocol/hex";
import type { BlockResult } from "../engine/engine.js";
import type { CausewayHeader } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";

/** Candidates of one height that may be kept: one per round that anyone proposed lately. */
const EXECUTED_MAX = 16;

/** A block whose rules hold and whose writes wait for a certificate. */
export interface ExecutedBlock {
  readonly header: CausewayHeader;
  readonly bytes: Uint8Array;
  readonly transactions: readonly Transaction[];
  readonly result: BlockResult;
  readonly outcome: ExecutionOutcome;
}

/** Executed blocks by hash, the oldest forgotten first. */
export class ExecutedBlocks {
  readonly #byHash = new Map<Hash, ExecutedBlock>();

  get(hash: Hash): ExecutedBlock | undefined {
    return this.#byHash.get(hash);
  }

  add(block: ExecutedBlock): void {
    this.#byHash.set(block.header.hash, block);
    if (this.#byHash.size <= EXECUTED_MAX) return;
    const oldest = this.#byHash.keys().next();
    if (!oldest.done) this.#byHash.delete(oldest.value);
  }

  /** Forget what can no longer be finalized. */
  dropUpTo(height: number): void {
    for (const [hash, { header }] of this.#byHash) if (header.number <= height) this.#byHash.delete(hash);
  }
}
