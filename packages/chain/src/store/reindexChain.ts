import type { Genesis } from "@causeway/protocol/genesis";
import { chainError } from "../chainError.js";
import { toHex } from "../codec/hex.js";
import { genesisBlock } from "../genesis/genesisBlock.js";
import { openDatabase } from "./database.js";
import { type OnReindexed, rebuildIndexes } from "./indexes.js";
import { keys } from "./keys.js";

/**
 * Rebuild every index of a data directory from its blocks, whether or not one looks incomplete.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable".
 */
export async function reindexChain(
  genesis: Genesis,
  dataDir: string,
  onProgress: OnReindexed,
): Promise<void> {
  const { hash } = await genesisBlock(genesis);
  const database = await openDatabase(dataDir);
  try {
    const stored = database.get(keys.genesisHash);
    if (stored === undefined)
      throw chainError("DatabaseUnusable", `data directory ${dataDir} holds no chain`);
    if (toHex(stored) !== hash) {
      throw chainError(
        "WrongChain",
        `data directory ${dataDir} holds the chain with genesis ${toHex(stored)}, but the genesis file hashes to ${hash}`,
      );
    }
    await rebuildIndexes(database, onProgress);
  } finally {
    await database.close();
  }
}
