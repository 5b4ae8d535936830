import type { PreparedClaim, SignedRoundChange } from "@causeway/protocol/consensusMessage";

/**
 * The prepared claim of the highest round among ROUND-CHANGEs, null when nobody is prepared. Two claims of one round
 * name one block as long as both were backed by q PREPAREs; of a lie, the missing PREPAREs will tell.
 */
export function highestClaim(roundChanges: readonly SignedRoundChange[]): PreparedClaim | null {
  let highest: PreparedClaim | null = null;
  for (const { payload } of roundChanges) {
    if (payload.prepared !== null && payload.prepared.round > (highest?.round ?? -1))
      highest = payload.prepared;
  }
  return highest;
}
