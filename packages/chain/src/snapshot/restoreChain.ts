import { existsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import type { Genesis } from "@causeway/protocol/genesis";
import type { Hash } from "@causeway/protocol/hex";
import { chainError, isChainError } from "../chainError.js";
import { genesisBlock } from "../genesis/genesisBlock.js";
import { openDatabaseAt } from "../store/database.js";
import { databaseLocation, restoringLocation } from "../store/databaseLocation.js";
import type { OnProgress } from "./exportSnapshot.js";
import { restoreSnapshot, type TrustedBlock } from "./restoreSnapshot.js";

export interface RestoreChainOptions {
  readonly genesis: Genesis;
  readonly dataDir: string;
  readonly trust: TrustedBlock;
  /** The snapshot's bytes, in pieces of any size. */
  readonly chunks: AsyncIterable<Uint8Array>;
  readonly onProgress: OnProgress;
}

/**
 * Make the chain of a data directory from a snapshot (N4). It is written beside its place and moved there when all of it
 * is checked and durable: a refusal or a crash leaves nothing that opens as a chain.
 * @returns the head.
 * @throws {SnapshotError}; ChainError "DatabaseExists", "DatabaseLocked" while another restore runs here, "DatabaseUnusable".
 */
export async function restoreChain(options: RestoreChainOptions): Promise<{ height: number; hash: Hash }> {
  const { genesis, dataDir, trust, chunks, onProgress } = options;
  const place = databaseLocation(dataDir);
  if (existsSync(place)) {
    throw chainError(
      "DatabaseExists",
      `${place} holds a chain already: a snapshot is restored into an empty directory; move that away first`,
    );
  }
  const first = await genesisBlock(genesis);
  const draft = restoringLocation(dataDir);
  await removeLeftover(draft);
  const database = await openDatabaseAt(draft);
  try {
    const head = await restoreSnapshot({ genesis, genesisBlock: first, trust, chunks, database, onProgress });
    await database.close();
    await rename(draft, place);
    await syncDirectory(dataDir);
    return head;
  } catch (error) {
    await database.close();
    await rm(draft, { recursive: true, force: true });
    throw error;
  }
}

/** What a crash left; opening it first finds out whether another process still writes there. */
async function removeLeftover(draft: string): Promise<void> {
  if (!existsSync(draft)) return;
  try {
    await (await openDatabaseAt(draft)).close();
  } catch (error) {
    // What does not open at all is the crash's, too: it must not stand in the way of every restore to come.
    if (isChainError(error) && error.code === "DatabaseLocked") throw error;
  }
  await rm(draft, { recursive: true });
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
