import type { Header } from "../types/header.js";
import { ChainStore } from "./chainStore.js";
import { openDatabase } from "./database.js";

/**
 * The newest block of whatever chain a data directory holds; no genesis is needed for that.
 * @returns null for a directory without one.
 * @throws ChainError "DatabaseLocked", "DatabaseUnusable".
 */
export async function readHead(
  dataDir: string,
): Promise<{ readonly genesis: Header; readonly head: Header } | null> {
  const database = await openDatabase(dataDir);
  try {
    const store = ChainStore.openAny(database);
    const [genesis, head] = [await store?.header(0), await store?.header(store.headNumber)];
    return genesis == null || head == null ? null : { genesis, head };
  } finally {
    await database.close();
  }
}
