import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chainError } from "../chainError.js";

/** Names the files that belong to a LevelDB database: the first to be there, replaced as a whole. */
const CURRENT_FILE = "CURRENT";
/** Tables and logs: what it holds. */
const CONTENT_FILE = /\.(?:ldb|log)$/;

/** Where the database of a data directory lies. */
export function databaseLocation(dataDir: string): string {
  return join(dataDir, "chain");
}

/** Where a snapshot is written until it is checked and its chain may take its place. */
export function restoringLocation(dataDir: string): string {
  return `${databaseLocation(dataDir)}.restoring`;
}

/** Whether a data directory has a database, or what is left of one. */
export function hasDatabase(dataDir: string): boolean {
  return fileNames(databaseLocation(dataDir)).some(
    (name) => name === CURRENT_FILE || CONTENT_FILE.test(name),
  );
}

/** Opening would begin one. @throws ChainError "DatabaseUnusable". */
export function requireDatabase(dataDir: string): void {
  if (hasDatabase(dataDir)) return;
  throw chainError("DatabaseUnusable", `${databaseLocation(dataDir)} holds no database: there is no chain`);
}

/**
 * LevelDB takes a directory without CURRENT for an empty one, and deletes what it finds there.
 * @throws ChainError "DatabaseUnusable" where there is something to lose.
 */
export function requireCurrentFile(location: string): void {
  const names = fileNames(location);
  if (names.includes(CURRENT_FILE) || !names.some((name) => CONTENT_FILE.test(name))) return;
  throw chainError(
    "DatabaseUnusable",
    `data directory ${location} has lost its file CURRENT: put back a copy of the whole directory, or move it away and sync anew or restore a snapshot`,
  );
}

/** None where there is no directory. */
function fileNames(location: string): string[] {
  try {
    return readdirSync(location);
  } catch {
    return [];
  }
}
