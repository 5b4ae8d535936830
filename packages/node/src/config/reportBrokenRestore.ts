import { databaseLocation, restoringLocation } from "@causeway/chain/store/databaseLocation";
import type { FileSystem } from "../ports/fileSystem.js";
import type { Logger } from "../ports/logger.js";

/** Say why a node that was to begin with a snapshot begins with genesis (N4): the restore left no chain. */
export function reportBrokenRestore(
  fs: Pick<FileSystem, "exists">,
  chainDir: string,
  log: Pick<Logger, "warn">,
): void {
  const path = restoringLocation(chainDir);
  if (!fs.exists(path)) return;
  const place = databaseLocation(chainDir);
  const chain = fs.exists(place)
    ? "the chain beside it has nothing of the snapshot"
    : "there is no chain, so the node begins with genesis and fetches every block";
  log.warn(
    { path },
    `a restore from a snapshot did not come to its end: ${chain}. To begin with the snapshot, stop the node, remove ${place} and run causeway chain restore again; else remove ${path}`,
  );
}
