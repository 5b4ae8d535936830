import type { Genesis } from "@causeway/protocol/genesis";
import type { ChainReader } from "../chainReader.js";
import { EthereumjsEngine } from "../engine/ethereumjs/ethereumjsEngine.js";
import { genesisBlock } from "../genesis/genesisBlock.js";
import type { Logger } from "../logger.js";
import { ChainStore } from "../store/chainStore.js";
import { openSharedDatabase } from "../store/database.js";
import { nodeStore } from "../store/nodeStore.js";
import { FinalizedReader } from "./finalizedReader.js";
import { HeadFollower } from "./headFollower.js";

export interface OpenReaderOptions {
  readonly genesis: Genesis;
  /** Data directory of a chain that another thread of this process has open. */
  readonly dataDir: string;
  readonly log: Logger;
}

/** A chain open for reading only, with an engine of its own for calls. */
export interface OpenedReader {
  readonly reader: ChainReader;
  /** The thread that appends made the block at `number` durable, and all before it. Nothing newer is shown before. */
  advance(number: number): Promise<void>;
  /** Nothing may be asked afterwards. */
  close(): Promise<void>;
}

/**
 * Read the chain that another thread of this process has open; its head stands still until {@link OpenedReader.advance}.
 * @throws ChainError "DatabaseUnusable", "WrongChain".
 */
export async function openReader({ genesis, dataDir, log }: OpenReaderOptions): Promise<OpenedReader> {
  const first = await genesisBlock(genesis);
  const database = await openSharedDatabase(dataDir);
  try {
    const store = ChainStore.openShared(database, { genesisHash: first.hash, isCauseway: true });
    const hashes = (number: number) => store.hash(number);
    const engine = await EthereumjsEngine.create(genesis, nodeStore(database), hashes, () =>
      performance.now(),
    );
    const follower = await HeadFollower.open(store, log);
    const reader = new FinalizedReader({
      chainId: genesis.config.chainId,
      genesisHash: first.hash,
      rules: { kind: "causeway", spec: genesis.config.causeway },
      store,
      engine,
      headHeader: () => follower.header,
      onHead: (listener) => follower.onHead(listener),
    });
    return { reader, advance: (number) => follower.advance(number), close: () => database.close() };
  } catch (error) {
    await database.close();
    throw error;
  }
}
