/** Bytes of a Unix socket's address without its final zero (sockaddr_un); macOS and BSD have four fewer than Linux. */
export const IPC_PATH_BYTES_MAX = process.platform === "linux" ? 107 : 103;

/** @param path as it is bound: absolute, or it means another file elsewhere. */
export function fitsIpcSocket(path: string): boolean {
  return Buffer.byteLength(path) <= IPC_PATH_BYTES_MAX;
}
