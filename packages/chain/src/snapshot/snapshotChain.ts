import { type Genesis, genesisValidators } from "@causeway/protocol/genesis";
import { chainError } from "../chainError.js";
import { genesisBlock } from "../genesis/genesisBlock.js";
import type { Logger } from "../logger.js";
import { ChainStore } from "../store/chainStore.js";
import { openDatabase } from "../store/database.js";
import { requireDatabase } from "../store/databaseLocation.js";
import { exportSnapshot, type OnProgress } from "./exportSnapshot.js";
import type { TrustedBlock } from "./restoreSnapshot.js";

export interface SnapshotChainOptions {
  readonly genesis: Genesis;
  readonly dataDir: string;
  readonly log: Logger;
  readonly onProgress: OnProgress;
  /** Takes the file's bytes; each piece is waited for. */
  readonly write: (bytes: Uint8Array) => Promise<void>;
}

/**
 * Write a snapshot of the head of a chain that no node has open (N4).
 * @returns the head, which a restore may be told to trust.
 * @throws ChainError "DatabaseLocked" while a node runs on it, "DatabaseUnusable", "WrongChain", "NoBlocks".
 */
export async function snapshotChain(options: SnapshotChainOptions): Promise<TrustedBlock> {
  const { genesis, dataDir, log, onProgress, write } = options;
  requireDatabase(dataDir);
  const first = await genesisBlock(genesis);
  const database = await openDatabase(dataDir);
  try {
    const store = await ChainStore.open(
      database,
      first,
      { firstValidators: genesisValidators(genesis), config: genesis.config },
      log,
    );
    const source = { genesis, genesisHash: first.hash, store, database, onProgress };
    for await (const bytes of exportSnapshot(source)) await write(bytes);
    const height = store.headNumber;
    const hash = await store.hash(height);
    if (hash === null) throw chainError("DatabaseUnusable", "data directory lacks the head block");
    return { height, hash };
  } finally {
    await database.close();
  }
}
