import type { ChainReader, HeadEvent } from "@causeway/chain/chainReader";
import type { Chain } from "@causeway/chain/openChain";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import type { ChainWorld } from "../backend/chainBackend.js";
import { delayedExecution } from "../backend/delayedExecution.js";
import { ModelExecution } from "./modelExecution.js";
import { ModelPool } from "./modelPool.js";
import type { ModelStore, StoredBlock } from "./modelStore.js";

export interface ModelChainOptions extends ChainWorld {
  readonly genesis: Genesis;
  readonly store: ModelStore;
}

/** A chain whose blocks are real and whose execution is a model: what a node without RPC asks of the chain package. */
export function openModelChain(options: ModelChainOptions): Chain {
  const { genesis, store, life, now, setAfter } = options;
  store.unsynced.recover(life);
  const listeners = new Set<(event: HeadEvent) => void>();
  const pool = new ModelPool(now, (hash) => store.isIncluded(hash));
  const onCommitted = (stored: StoredBlock) => {
    life.reach("block.write");
    store.append(stored);
    store.unsynced.sync(life);
    life.reach("block.written");
    pool.included(stored.transactions);
    const { header, bytes } = stored;
    const block: FullBlock = { header, transactions: [], ommers: [], withdrawals: [], size: bytes.length };
    const event: HeadEvent = { block, receipts: [] };
    for (const listener of listeners) listener(event);
  };
  const { causeway: spec, chainId } = genesis.config;
  const execution = delayedExecution(
    new ModelExecution({ store, pool, spec, setAfter, onCommitted }),
    options,
  );
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
    overriddenValidators: async () => null,
    onHead: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  } satisfies Partial<ChainReader>;
  // A node without RPC reads nothing else of its chain.
  return { execution, reader, pool, close: async () => {} } as unknown as Chain;
}
