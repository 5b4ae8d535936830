import { lstatSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { ipcError } from "./ipcError.js";
import { fitsIpcSocket, IPC_PATH_BYTES_MAX } from "./ipcPathBytes.js";

/**
 * Make sure that a socket can be made at `path`: one that a killed process left behind is removed, one that somebody
 * listens on and any other file are not.
 * @throws {IpcError} saying what is in the way.
 */
export async function claimPath(path: string): Promise<void> {
  if (process.platform === "win32") {
    throw ipcError(path, "there are no Unix sockets on Windows; use HTTP or websocket");
  }
  if (!fitsIpcSocket(path)) {
    const bytes = Buffer.byteLength(path);
    throw ipcError(path, `the path is ${bytes} bytes long, Unix sockets take ${IPC_PATH_BYTES_MAX}`);
  }
  const file = lstatSync(path, { throwIfNoEntry: false });
  if (file === undefined) return;
  if (!file.isSocket()) throw ipcError(path, "a file that is no socket is there");
  if (await isListenedTo(path)) throw ipcError(path, "another process listens there");
  rmSync(path, { force: true });
}

function isListenedTo(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNREFUSED" || error.code === "ENOENT") resolve(false);
      else reject(ipcError(path, `cannot tell whether this socket is in use: ${error.message}`, error));
    });
  });
}
