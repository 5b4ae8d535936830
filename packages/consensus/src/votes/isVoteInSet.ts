import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Hash } from "@causeway/protocol/hex";

/**
 * Whether a message may be a vote in this set: a COMMIT names its own (C3). Where an override replaced the set, COMMITs of
 * the one put aside are none of the new one's, neither to decide by nor to contradict (V6); other votes tell by their signature.
 */
export function isVoteInSet({ kind, payload }: ConsensusMessage, validatorSetHash: Hash): boolean {
  return kind !== "commit" || payload.validatorSetHash === validatorSetHash;
}
