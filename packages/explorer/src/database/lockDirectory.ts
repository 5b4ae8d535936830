import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CausewayError } from "@causeway/protocol/errors";

export type DirectoryLockedError = CausewayError<{ code: "DirectoryLocked"; dataDir: string; pid: number }>;

/**
 * Claim `dataDir` for this process; a lock left by a process that is gone is taken over.
 * @returns releases the claim.
 * @throws {DirectoryLockedError}
 */
export async function lockDirectory(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, "explorer.lock");
  const holder = Number(await readFile(path, "utf8").catch(() => ""));
  if (holder > 0 && isRunning(holder)) {
    throw new CausewayError(
      { code: "DirectoryLocked", dataDir, pid: holder },
      `explorer: data directory ${dataDir} is in use by process ${holder}; stop it or choose another directory`,
    );
  }
  await rm(path, { force: true });
  await writeFile(path, String(process.pid), { flag: "wx" });
  return () => rm(path, { force: true });
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
