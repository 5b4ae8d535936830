import { CausewayError } from "@causeway/protocol/errors";
import { chainError } from "../../chainError.js";

/**
 * H5: what the library throws that is not an EVM result is our own fault, never the block's or the peer's.
 * @throws ChainError "EngineFault" in its place.
 */
export async function engineFault<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CausewayError) throw error;
    throw chainError("EngineFault", `the engine failed: ${describe(error)} (H5)`, error);
  }
}

/** The library's EVMError does not extend Error. */
function describe(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error === "object" && error !== null && "error" in error) return String(error.error);
  return String(error);
}
