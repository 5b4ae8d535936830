import { assembleCertificate, type Certificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointsConflict, checkpointsEqual } from "@causeway/protocol/checkpoint";
import type { CommitMessage } from "@causeway/protocol/consensusMessage";
import { relay } from "../messages/relay.js";
import { finishDecidedHeight } from "../rounds/finishDecidedHeight.js";
import { halt } from "../rounds/halt.js";
import { cancelTimers } from "../rounds/roundTimers.js";
import { voteWindow } from "../state.js";
import type { Step } from "../step.js";
import { votesAt } from "../votes/voteBook.js";
import { addToVotes } from "../votes/votes.js";

/** A COMMIT of the current height; also one of a round this node has left may complete a certificate (C3). */
export function uponCommit(step: Step, message: CommitMessage, peer: string | null): void {
  const { votes } = step.height;
  const added = addToVotes(votes, message, voteWindow(step.height));
  if (added === null) return;
  step.updateHeight({ votes: added });
  relay(step, message, peer);
  decideOnceCertified(step, message.payload);
}

/** C3: decide if there are q COMMITs over the checkpoint. */
export function decideOnceCertified(step: Step, checkpoint: Checkpoint): void {
  const certificate = certificateOver(step, checkpoint);
  if (certificate !== null) uponCertificate(step, certificate);
}

/** C3: q COMMITs with byte-identical checkpoints of one round. */
function certificateOver(step: Step, checkpoint: Checkpoint): Certificate | null {
  const { votes, validators, quorum } = step.height;
  const equal = votesAt(votes.commits, validators, checkpoint.round).filter(({ payload }) =>
    checkpointsEqual(payload, checkpoint),
  );
  if (equal.length < quorum) return null;
  const seals = new Map(equal.slice(0, quorum).map(({ author, signature }) => [author, signature]));
  return assembleCertificate(checkpoint, seals, validators);
}

/** F1: the first certificate decides and later ones are ignored, unless they contradict it or the head (F2). */
function uponCertificate(step: Step, certificate: Certificate) {
  const { decision, head } = step.height;
  const earlier = decision ?? head.certificate;
  if (earlier !== null && checkpointsConflict(earlier.checkpoint, certificate.checkpoint)) {
    return halt(step, "two certificates contradict each other (F2)", [earlier, certificate], null);
  }
  if (decision !== null) return;
  step.updateHeight({ decision: certificate });
  cancelTimers(step, ["block", "round", "resend", "proposal"]);
  finishDecidedHeight(step);
}
