import { CausewayError } from "@causeway/protocol/errors";

export type IpcError = CausewayError<{ code: "IpcFailed"; path: string; reason: string }>;

export function ipcError(path: string, reason: string, cause?: unknown): IpcError {
  const remedy = 'change or turn off "rpc.ipcPath" in the node\'s config (--ipc-path, --no-ipc)';
  const message = `ipc: cannot listen on ${path}: ${reason}; ${remedy}`;
  return new CausewayError({ code: "IpcFailed", path, reason }, message, { cause });
}
