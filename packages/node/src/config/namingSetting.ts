import { CausewayError } from "@causeway/protocol/errors";

/** In place of settings, on the command line. */
const FLAGS: Readonly<Record<string, string>> = {
  "rpc.host": "--rpc-host",
  "rpc.port": "--rpc-port",
  "admin.host": "--admin-host",
  "admin.port": "--admin-port",
};

/**
 * Run what listens on an address of the config; when the address cannot be had, the error also says which setting to
 * change (X10).
 * @param at the setting, or the group of host and port.
 */
export async function namingSetting<T>(at: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof CausewayError)) throw error;
    const remedy = remedyOf(error.type, at);
    if (remedy === null) throw error;
    throw new CausewayError(error.type, `${error.message}; ${remedy}`, { cause: error });
  }
}

function remedyOf(type: { readonly code: string; readonly fault?: unknown }, at: string): string | null {
  if (type.code === "ListenFailed") {
    const setting = typeof type.fault === "string" ? `${at}.${type.fault}` : at;
    const flag = FLAGS[setting];
    return `change "${setting}" in the node's config${flag === undefined ? "" : ` (${flag})`}`;
  }
  // Of the port's server, too, but not on the port.
  if (type.code === "IpcFailed")
    return 'change or turn off "rpc.ipcPath" in the node\'s config (--ipc-path, --no-ipc)';
  return null;
}
