import type { BuildRequest, ExecutionPort } from "@causeway/chain/chainPort";
import type { ChainReader, HeadEvent } from "@causeway/chain/chainReader";
import type { Chain, NodePool } from "@causeway/chain/openChain";
import type { Block } from "@causeway/protocol/block";
import type { Certificate } from "@causeway/protocol/certificate";
import type { CertifiedBlock } from "@causeway/protocol/certifiedBlock";
import { CausewayError } from "@causeway/protocol/errors";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import type { Head } from "@causeway/protocol/head";
import { type Hash, ZERO_ADDRESS, ZERO_HASH } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { fakeBlock } from "./blocks.js";

/** A chain without an engine: blocks are empty, state never changes, what is committed survives in `finalized`. */
export class FakeChain implements Chain {
  readonly reader: ChainReader;
  readonly pool: NodePool;
  readonly execution: ExecutionPort;
  /** Blocks above genesis, shared between the lives of one node. */
  readonly finalized: CertifiedBlock[];
  /** Rule by which the next execution fails, if any. */
  refuseWith: string | null = null;
  /** What executions give that their blocks do not say, if anything. */
  executesTo: Partial<ExecutionOutcome> = {};
  executedBlocks = 0;
  readonly #genesisHash: Hash;
  readonly #validators: ValidatorSet;
  readonly #listeners = new Set<(event: HeadEvent) => void>();

  constructor(genesisHash: Hash, validators: ValidatorSet, finalized: CertifiedBlock[] = []) {
    this.#genesisHash = genesisHash;
    this.#validators = validators;
    this.finalized = finalized;
    const chain = this;
    this.execution = {
      head: () => this.head(),
      build: async (request) => this.#build(request),
      execute: async (block) => this.#execute(block),
      commit: async (block, certificate) => this.#commit(block, certificate),
      get executedBlocks() {
        return chain.executedBlocks;
      },
    };
    const at = (id: number | Hash) =>
      typeof id === "number" ? this.finalized[id - 1] : this.finalized.find(({ block }) => block.hash === id);
    this.reader = {
      chainId: 1,
      genesisHash,
      headNumber: () => this.finalized.length,
      header: async (id: number | Hash) => (at(id) === undefined ? null : { hash: at(id)?.block.hash }),
      rawBlock: async (id: number | Hash) => at(id)?.block.bytes ?? null,
      certificate: async (height: number) => at(height)?.certificate ?? null,
      validators: async (height: number) => (height <= this.finalized.length + 1 ? validators : null),
      overriddenValidators: async () => null,
      onHead: (listener: (event: HeadEvent) => void) => {
        this.#listeners.add(listener);
        return () => this.#listeners.delete(listener);
      },
    } as unknown as ChainReader;
    this.pool = {
      stats: () => ({ pending: 0, queued: 0 }),
      onTransaction: () => () => {},
      blockWantedAt: () => null,
      pendingByTurn: () => [],
      onRejected: () => () => {},
    } as unknown as NodePool;
  }

  async close(): Promise<void> {}

  head(): Head {
    const last = this.finalized.at(-1);
    return {
      height: this.finalized.length,
      hash: last?.block.hash ?? this.#genesisHash,
      coinbase: last?.block.coinbase ?? ZERO_ADDRESS,
      timestamp: last?.block.timestamp ?? 1_000,
      validators: this.#validators,
      nextValidators: this.#validators,
      certificate: last?.certificate ?? null,
    };
  }

  #build({ height, parentHash, coinbase, timestamp }: BuildRequest) {
    const block = fakeBlock({ height, parentHash, coinbase, timestamp, validators: this.#validators });
    this.executedBlocks += 1;
    return { block, outcome: this.#outcome(block) };
  }

  #execute(block: Block): ExecutionOutcome {
    if (this.refuseWith !== null)
      throw new CausewayError({ code: this.refuseWith }, `refused: ${this.refuseWith}`);
    this.executedBlocks += 1;
    return this.#outcome(block);
  }

  #outcome(block: Block): ExecutionOutcome {
    return {
      blockHash: block.hash,
      stateRoot: block.stateRoot,
      outboxRoot: ZERO_HASH,
      outboxCount: 0,
      inboxAcc: ZERO_HASH,
      inboxCount: 0,
      nextValidators: this.#validators,
      ...this.executesTo,
    };
  }

  #commit(block: Block, certificate: Certificate): Head {
    if (block.height === this.finalized.length + 1) this.finalized.push({ block, certificate });
    const header = { number: block.height, hash: block.hash, gasUsed: 0n };
    const event = { block: { header, transactions: [], size: block.bytes.length }, receipts: [] };
    for (const listener of this.#listeners) listener(event as unknown as HeadEvent);
    return this.head();
  }
}
