import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { usageError } from "../options.js";

/** The bytes of a file. @throws UsageError for what cannot be read, before anything is begun for it. */
export async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const stats = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: NodeJS.ErrnoException) => {
      throw usageError(`${path} cannot be read (${cause.code})`);
    });
  if (!stats.isFile()) throw usageError(`${path} is no file`);
  return createReadStream(path);
}
