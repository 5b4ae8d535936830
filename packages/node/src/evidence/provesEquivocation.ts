import type { Evidence } from "@causeway/consensus/evidence";
import { consensusDigest } from "@causeway/protocol/consensusMessage";
import type { Recover } from "@causeway/protocol/signature";
import type { VoteDomain } from "@causeway/protocol/voteDomain";
import { signedVotes } from "./signedVotes.js";

/**
 * Whether the two votes are the validator's own, of this chain and height, and exclude each other (C15). What was read
 * back from a disk accuses nobody before that.
 */
export function provesEquivocation(evidence: Evidence, domain: VoteDomain, recover: Recover): boolean {
  const digests = signedVotes(evidence).map(({ signing, signature }) => {
    const digest = consensusDigest(domain, signing);
    const isOwn = recover(digest, signature) === evidence.validator;
    return isOwn && signing.payload.height === evidence.height ? digest : null;
  });
  const [first, second] = digests;
  return first !== null && second !== null && first !== second && excludeEachOther(evidence);
}

function excludeEachOther(evidence: Evidence): boolean {
  const { first, second } = evidence;
  if (evidence.kind !== "forgotten-commit") return first.payload.round === second.payload.round;
  const { round, prepared } = evidence.second.payload;
  const committed = first.payload.round;
  return round > committed && (prepared === null || prepared.round < committed);
}
