import type { PrepareMessage } from "@causeway/protocol/consensusMessage";
import { relay } from "../messages/relay.js";
import { checkpointOf } from "../proposals/checkpointOf.js";
import { voteWindow } from "../state.js";
import type { Step } from "../step.js";
import { voteOf, votesAt } from "../votes/voteBook.js";
import { addToVotes } from "../votes/votes.js";

/** A PREPARE of the current height. */
export function uponPrepare(step: Step, message: PrepareMessage, peer: string | null): void {
  const { votes } = step.height;
  const added = addToVotes(votes, message, voteWindow(step.height));
  if (added === null) return;
  step.updateHeight({ votes: added });
  relay(step, message, peer);
  commitOncePrepared(step);
}

/**
 * q PREPAREs, the own one recorded among them, for the accepted and executed block: this node is prepared and asks to
 * sign its COMMIT (C9). The record puts PREPARE before COMMIT (W1), therefore the own PREPARE comes first.
 */
export function commitOncePrepared(step: Step): void {
  const { self, round, votes, validators, quorum, outcomes } = step.height;
  if (self === null || round.proposal === null || round.commitRequested) return;
  const { proposal } = round;
  const outcome = outcomes.get(proposal.hash);
  if (outcome === undefined || voteOf(votes.prepares, self, round.number) === undefined) return;
  const prepares = votesAt(votes.prepares, validators, round.number)
    .filter(({ payload }) => payload.blockHash === proposal.hash)
    .map(({ payload, author, signature }) => ({ payload, author, signature }));
  if (prepares.length < quorum) return;
  const certificate = prepares.slice(0, quorum);
  step.updateHeight({ prepared: { round: round.number, block: proposal, prepares: certificate } });
  step.updateRound({ commitRequested: true });
  const payload = checkpointOf(step.height, round.number, proposal, outcome);
  step.emit({
    kind: "record",
    author: self,
    signing: { kind: "commit", payload },
    block: null,
    prepares: certificate,
  });
}
