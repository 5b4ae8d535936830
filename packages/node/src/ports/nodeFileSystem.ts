import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import type { AppendFile, FileSystem } from "./fileSystem.js";

/** Only the owner reads a node's files. */
const FILE_MODE = 0o600;
const DIRECTORY_MODE = 0o700;

/** {@link FileSystem} on the real disk. */
export const nodeFileSystem: FileSystem = {
  read(path) {
    try {
      return readFileSync(path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
  },
  exists: existsSync,
  write: (path, bytes) => writeFileSync(path, bytes, { mode: FILE_MODE }),
  sync: fsyncPath,
  openAppend: (path) => new NodeAppendFile(openSync(path, "a", FILE_MODE)),
  rename: renameSync,
  remove: (path) => rmSync(path, { force: true }),
  makeDirectory: (path) => {
    mkdirSync(path, { recursive: true, mode: DIRECTORY_MODE });
  },
  syncDirectory: fsyncPath,
};

class NodeAppendFile implements AppendFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  append(bytes: Uint8Array): void {
    let written = 0;
    while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
  }

  sync(): void {
    fsyncSync(this.#descriptor);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function fsyncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
