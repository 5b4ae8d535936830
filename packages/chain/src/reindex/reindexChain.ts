import type { EthereumGenesis } from "@causeway/protocol/ethereumGenesis";
import type { Genesis } from "@causeway/protocol/genesis";
import { chainError } from "../chainError.js";
import { chainIdentity } from "../genesis/chainIdentity.js";
import { openDatabase } from "../store/database.js";
import { requireDatabase } from "../store/databaseLocation.js";
import { holdsChain } from "../store/holdsChain.js";
import { type OnReindexed, rebuildIndexes } from "../store/indexes.js";

/**
 * Rebuild every index of a data directory from its blocks, whether or not one looks incomplete.
 * @throws ChainError "WrongChain", "DatabaseLocked", "DatabaseUnusable".
 */
export async function reindexChain(
  genesis: Genesis | EthereumGenesis,
  dataDir: string,
  onProgress: OnReindexed,
): Promise<void> {
  const chain = await chainIdentity(genesis);
  requireDatabase(dataDir);
  const database = await openDatabase(dataDir);
  try {
    if (!holdsChain(database, chain)) {
      throw chainError("DatabaseUnusable", `data directory ${dataDir} holds no chain`);
    }
    await rebuildIndexes(database, onProgress);
  } finally {
    await database.close();
  }
}
