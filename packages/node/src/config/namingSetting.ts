import { CausewayError } from "@causeway/protocol/errors";

/**
 * Run what listens on an address of the config; when the address cannot be had, the error also says which setting to
 * change (X10).
 */
export async function namingSetting<T>(setting: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof CausewayError)) throw error;
    const remedy = remedyOf(error.code, setting);
    if (remedy === null) throw error;
    throw new CausewayError(error.type, `${error.message}; ${remedy}`, { cause: error });
  }
}

function remedyOf(code: string, setting: string): string | null {
  if (code === "ListenFailed") return `change "${setting}" in the node's config`;
  // Of the port's server, too, but not on the port.
  if (code === "IpcFailed")
    return 'change or turn off "rpc.ipcPath" in the node\'s config (--ipc-path, --no-ipc)';
  return null;
}
