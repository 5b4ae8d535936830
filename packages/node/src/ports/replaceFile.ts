import { dirname } from "node:path";
import type { FileSystem } from "./fileSystem.js";

/** Old content or new, durable, never half of it, wherever a crash comes. @throws what the disk refuses. */
export function replaceFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const next = `${path}.next`;
  fileSystem.write(next, bytes);
  fileSystem.sync(next);
  fileSystem.rename(next, path);
  fileSystem.syncDirectory(dirname(path));
}
