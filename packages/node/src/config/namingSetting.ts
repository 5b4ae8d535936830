import { CausewayError } from "@causeway/protocol/errors";

/**
 * Run what listens on an address of the config; when the address cannot be had, the error also says which setting to
 * change (X10).
 */
export async function namingSetting<T>(setting: string, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof CausewayError) || error.code !== "ListenFailed") throw error;
    throw new CausewayError(error.type, `${error.message}; change "${setting}" in the node's config`, {
      cause: error,
    });
  }
}
