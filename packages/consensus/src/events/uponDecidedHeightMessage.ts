import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { isWithinSecond, oncePerSecond } from "../messages/oncePerSecond.js";
import type { DecidedVotes } from "../state.js";
import type { Step } from "../step.js";
import { isVoteInSet } from "../votes/isVoteInSet.js";
import { addToVotes } from "../votes/votes.js";
import { reportOnce } from "../votes/watchForEquivocation.js";

/** A message of a decided height: its sender is behind (C11), or its author lies late (C15). */
export function uponDecidedHeightMessage(step: Step, peer: string, message: ConsensusMessage): void {
  const { decided } = step.state;
  if (decided?.height === message.payload.height) watchDecidedHeight(step, decided, message);
  answerWithDecidedBlock(step, peer, message.payload.height);
}

function watchDecidedHeight(step: Step, decided: DecidedVotes, message: ConsensusMessage): void {
  if (!decided.validators.includes(message.author) || !isVoteInSet(message, decided.validatorSetHash)) return;
  const reported = reportOnce(step, decided.votes, decided.reported, message);
  const votes = addToVotes(decided.votes, message, decided.window) ?? decided.votes;
  step.update({ decided: { ...decided, votes, reported } });
}

/**
 * C11. Every new head, save the one found at start, is announced to all peers when it is written (N2), and the last votes
 * for it are still on their way then: for the second after it, that announcement is the answer.
 */
function answerWithDecidedBlock(step: Step, peer: string, height: number): void {
  const { nowMs, answeredAtMs } = step.state;
  const { head, headAnnouncedAtMs } = step.height;
  if (height < 1) return;
  const justAnnounced = headAnnouncedAtMs !== null && isWithinSecond(headAnnouncedAtMs, nowMs);
  if (height === head.height && justAnnounced) return;
  const answered = oncePerSecond(answeredAtMs, peer, nowMs);
  if (answered === null) return;
  step.update({ answeredAtMs: answered });
  step.emit({ kind: "send-decided", peer, height });
}
