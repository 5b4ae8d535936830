import { setImmediate } from "node:timers/promises";
import type { Address } from "@causeway/protocol/hex";
import { chainError } from "../chainError.js";
import type { Authorization } from "../types/transaction.js";
import { recoverAuthority } from "./recoverAuthority.js";

/** Signers recovered between two turns of the event loop: some 4 ms. A transaction may carry 670. */
const RECOVERIES_PER_TURN = 64;

/**
 * Who signed authorizations (EIP-7702), each once.
 * @throws ChainError "Aborted".
 */
export async function authoritiesOf(
  authorizations: readonly Authorization[],
  signal?: AbortSignal,
): Promise<Address[]> {
  const signers = new Set<Address>();
  for (const [i, authorization] of authorizations.entries()) {
    if (i > 0 && i % RECOVERIES_PER_TURN === 0) await setImmediate();
    if (signal?.aborted) throw chainError("Aborted", "execution was aborted by its caller");
    const signer = recoverAuthority(authorization);
    if (signer !== null) signers.add(signer);
  }
  return [...signers];
}
