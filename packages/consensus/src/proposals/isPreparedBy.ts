import type { PreparedClaim, SignedPrepare } from "@causeway/protocol/consensusMessage";
import type { HeightState } from "../state.js";

/** C8: q PREPAREs of distinct validators of S(h), each for the claimed round and block. */
export function isPreparedBy(
  { number, validators, quorum }: HeightState,
  claim: PreparedClaim,
  prepares: readonly SignedPrepare[],
): boolean {
  const authors = new Set(prepares.map(({ author }) => author));
  return (
    authors.size === prepares.length &&
    authors.size >= quorum &&
    prepares.every(
      ({ author, payload }) =>
        validators.includes(author) &&
        payload.height === number &&
        payload.round === claim.round &&
        payload.blockHash === claim.blockHash,
    )
  );
}
