import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { usageError } from "../options.js";

/** The bytes of a file, a pipe or a device. @throws UsageError for what cannot be read, before anything is begun for it. */
export async function openFile(path: string): Promise<AsyncIterable<Uint8Array>> {
  const stats = await access(path, constants.R_OK)
    .then(() => stat(path))
    .catch((cause: NodeJS.ErrnoException) => {
      throw usageError(`${path} cannot be read (${cause.code})`);
    });
  if (stats.isDirectory()) throw usageError(`${path} is a directory: give a file`);
  // A socket, which is what some programs give their children to read from, has no path that could be opened again.
  return path === "/dev/stdin" && stats.isSocket() ? process.stdin : pieces(path);
}

/** Opened when it is first read: a pipe waits for whoever writes. */
async function* pieces(path: string): AsyncGenerator<Uint8Array> {
  yield* createReadStream(path);
}
