import { CausewayError } from "@causeway/protocol/errors";

export type IpcError = CausewayError<{ code: "IpcFailed"; path: string; reason: string }>;

export function ipcError(path: string, reason: string, cause?: unknown): IpcError {
  const message = `ipc: cannot listen on ${path}: ${reason}`;
  return new CausewayError({ code: "IpcFailed", path, reason }, message, { cause });
}
