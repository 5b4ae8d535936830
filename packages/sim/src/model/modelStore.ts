import type { CausewayHeader } from "@causeway/chain/types/header";
import type { Certificate } from "@causeway/protocol/certificate";
import type { Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { UnsyncedBatches } from "../disk/unsyncedBatches.js";

/** A finalized block with everything a node keeps of it. */
export interface StoredBlock {
  readonly header: CausewayHeader;
  readonly bytes: Uint8Array;
  readonly transactions: readonly Hash[];
  /** null for genesis only. */
  readonly certificate: Certificate | null;
  /** S(height) and S(height + 1). */
  readonly validators: ValidatorSet;
  readonly nextValidators: ValidatorSet;
}

/** The blocks of one node, a batch each, that outlast a power loss once they are synced (W4). */
export class ModelStore {
  readonly unsynced = new UnsyncedBatches();
  readonly #blocks: StoredBlock[];
  readonly #included = new Set<Hash>();

  constructor(genesis: StoredBlock) {
    this.#blocks = [genesis];
  }

  get head(): StoredBlock {
    return this.#blocks.at(-1) as StoredBlock;
  }

  at(height: number): StoredBlock | null {
    return this.#blocks[height] ?? null;
  }

  byHash(hash: Hash): StoredBlock | null {
    return this.#blocks.findLast(({ header }) => header.hash === hash) ?? null;
  }

  append(block: StoredBlock): void {
    this.#blocks.push(block);
    for (const hash of block.transactions) this.#included.add(hash);
    this.unsynced.wrote(() => {
      this.#blocks.pop();
      for (const hash of block.transactions) this.#included.delete(hash);
    });
  }

  isIncluded(hash: Hash): boolean {
    return this.#included.has(hash);
  }
}
