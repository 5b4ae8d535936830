import { setImmediate } from "node:timers/promises";
import type { Address } from "@causeway/protocol/hex";
import type { Transaction } from "../chainReader.js";
import { recoverAuthority } from "../codec/recoverAuthority.js";

/** Signers recovered between two turns of the event loop: some 4 ms. A transaction may carry 670. */
const RECOVERIES_PER_TURN = 64;

/** Who signed a transaction's authorizations (EIP-7702), each once. */
export async function authoritiesOf({ authorizationList }: Transaction): Promise<Address[]> {
  const signers = new Set<Address>();
  for (const [i, authorization] of (authorizationList ?? []).entries()) {
    if (i > 0 && i % RECOVERIES_PER_TURN === 0) await setImmediate();
    const signer = recoverAuthority(authorization);
    if (signer !== null) signers.add(signer);
  }
  return [...signers];
}
