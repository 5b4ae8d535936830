import { existsSync } from "node:fs";
import { join } from "node:path";
import { chainError } from "../chainError.js";

/** Every LevelDB database has this file, which names its newest manifest. */
const DATABASE_FILE = "CURRENT";

/** Where the database of a data directory lies. */
export function databaseLocation(dataDir: string): string {
  return join(dataDir, "chain");
}

export function hasDatabase(dataDir: string): boolean {
  return existsSync(join(databaseLocation(dataDir), DATABASE_FILE));
}

/** Opening would begin one. @throws ChainError "DatabaseUnusable". */
export function requireDatabase(dataDir: string): void {
  if (hasDatabase(dataDir)) return;
  throw chainError("DatabaseUnusable", `${databaseLocation(dataDir)} holds no database: there is no chain`);
}
