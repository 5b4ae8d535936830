import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Step } from "../step.js";
import { findEquivocation } from "./equivocation.js";
import type { Votes } from "./votes.js";

/** C15 at the current height: report a validator that contradicts itself; its message goes on being judged as any other (F3). */
export function watchForEquivocation(step: Step, message: ConsensusMessage): void {
  const { votes, reported } = step.height;
  const reportedNow = reportOnce(step, votes, reported, message);
  if (reportedNow !== reported) step.updateHeight({ reported: reportedNow });
}

/** Emit evidence unless one of its kind was given for this validator and height. @returns what is reported by now. */
export function reportOnce(
  step: Step,
  votes: Votes,
  reported: ReadonlySet<string>,
  message: ConsensusMessage,
): ReadonlySet<string> {
  const evidence = findEquivocation(votes, message);
  if (evidence === null) return reported;
  const key = `${evidence.validator}/${evidence.kind}`;
  if (reported.has(key)) return reported;
  step.emit({ kind: "evidence", evidence });
  return new Set(reported).add(key);
}
