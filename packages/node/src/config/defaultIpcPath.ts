import { join } from "node:path";
import { fitsIpcSocket, IPC_PATH_BYTES_MAX } from "@causeway/rpc/ipc/ipcPathBytes";
import type { Logger } from "../ports/logger.js";
import type { NodeConfig } from "./nodeConfig.js";

/** The IPC socket's name in the data directory, as geth has geth.ipc. */
const IPC_FILE = "causeway.ipc";

/**
 * Where a node serves that was told nothing about IPC: null on Windows, undefined in a directory too deep for a socket.
 * There, one that was asked for is refused; nobody asked for this one.
 */
export function defaultIpcPath(dataDir: string): string | null | undefined {
  if (process.platform === "win32") return null;
  const path = join(dataDir, IPC_FILE);
  return fitsIpcSocket(path) ? path : undefined;
}

/** Say that a node serves on no Unix socket though nobody turned it off, and what to do. */
export function reportNoIpc({ dataDir, rpc }: NodeConfig, log: Pick<Logger, "warn">): void {
  if (rpc === null || rpc.ipcPath !== undefined || defaultIpcPath(dataDir) !== undefined) return;
  const path = join(dataDir, IPC_FILE);
  log.warn(
    { path, bytes: Buffer.byteLength(path), bytesMax: IPC_PATH_BYTES_MAX },
    'no IPC: the path of the data directory is too long for a Unix socket; give a shorter one with --ipc-path ("rpc.ipcPath"), or --no-ipc',
  );
}
