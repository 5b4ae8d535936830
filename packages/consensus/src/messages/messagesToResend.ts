import type { ConsensusMessage, RoundChangeMessage } from "@causeway/protocol/consensusMessage";
import type { HeightState } from "../state.js";
import { highestVotes } from "../votes/voteBook.js";

/** C11: the own messages of the current round, and of every validator the highest ROUND-CHANGE, PREPARE and COMMIT held. */
export function messagesToResend(height: HeightState): ConsensusMessage[] {
  const { votes, validators } = height;
  return [
    ...ownProposal(height),
    ...highestVotes(votes.roundChanges, validators).map((message) => withOwnBlock(height, message)),
    ...highestVotes(votes.prepares, validators),
    ...highestVotes(votes.commits, validators),
  ];
}

function ownProposal({ round }: HeightState): ConsensusMessage[] {
  const { ownProposal: own, proposal: block, justification } = round;
  if (own === null || block === null || justification === null) return [];
  return [{ kind: "proposal", ...own, block, ...justification }];
}

/** The own ROUND-CHANGE carries the prepared block, those of others go without (C2). */
function withOwnBlock({ self, prepared }: HeightState, message: RoundChangeMessage): RoundChangeMessage {
  const claimed = message.payload.prepared?.blockHash;
  if (message.author !== self || prepared?.block.hash !== claimed) return message;
  return { ...message, block: prepared?.block ?? null };
}
