import type { ExecutionPort } from "@causeway/chain/chainPort";
import type { ChainReader, HeadEvent } from "@causeway/chain/chainReader";
import type { Chain } from "@causeway/chain/openChain";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import type { Life } from "../node/life.js";
import { ModelExecution } from "./modelExecution.js";
import { ModelPool } from "./modelPool.js";
import type { ModelStore, StoredBlock } from "./modelStore.js";

export interface ModelChainOptions {
  readonly genesis: Genesis;
  readonly store: ModelStore;
  readonly life: Life;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  readonly setAfter: (height: number) => ValidatorSet;
  /** How long the next build, execution or commit takes, in milliseconds. */
  readonly latencyMs: () => number;
  readonly after: (delayMs: number, run: () => void) => void;
}

/** A chain whose blocks are real and whose execution is a model: what a node without RPC asks of the chain package. */
export function openModelChain(options: ModelChainOptions): Chain {
  const { genesis, store, life, now, setAfter } = options;
  const listeners = new Set<(event: HeadEvent) => void>();
  const pool = new ModelPool(now, (hash) => store.isIncluded(hash));
  const onCommitted = (block: StoredBlock) => {
    life.reach("block.write");
    store.append(block);
    life.reach("block.written");
    pool.included(block.transactions);
    const { header, bytes } = block;
    const event: HeadEvent = { block: { header, transactions: [], size: bytes.length }, receipts: [] };
    for (const listener of listeners) listener(event);
  };
  const { causeway: spec, chainId } = genesis.config;
  const execution = delayed(new ModelExecution({ store, pool, spec, setAfter, onCommitted }), options);
  const find = (id: number | Hash) => (typeof id === "number" ? store.at(id) : store.byHash(id));
  const reader = {
    chainId,
    genesisHash: store.at(0)?.header.hash as Hash,
    headNumber: () => store.head.header.number,
    header: async (id) => find(id)?.header ?? null,
    rawBlock: async (id) => find(id)?.bytes ?? null,
    certificate: async (height) => store.at(height)?.certificate ?? null,
    validators: async (height) =>
      store.at(height)?.validators ?? store.at(height - 1)?.nextValidators ?? null,
    onHead: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } satisfies Partial<ChainReader>;
  // A node without RPC reads nothing else of its chain.
  return { execution, reader, pool, close: async () => {} } as unknown as Chain;
}

/** The same execution, each answer of it some time later, as from a thread of its own. */
function delayed(
  execution: ExecutionPort,
  { latencyMs, after }: Pick<ModelChainOptions, "latencyMs" | "after">,
): ExecutionPort {
  const pause = () => new Promise<void>((resolve) => after(latencyMs(), resolve));
  return {
    get executedBlocks() {
      return execution.executedBlocks;
    },
    head: () => execution.head(),
    async build(request, signal) {
      await pause();
      signal.throwIfAborted();
      return execution.build(request, signal);
    },
    async execute(block, signal) {
      await pause();
      signal.throwIfAborted();
      return execution.execute(block, signal);
    },
    async commit(block, certificate) {
      await pause();
      return execution.commit(block, certificate);
    },
  };
}
