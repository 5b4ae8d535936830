import type { Step } from "../step.js";
import { acceptWhenDue } from "./uponProposal.js";

/** The held PROPOSAL is due by the monotonic clock; the wall clock has the last word (C13). */
export function uponProposalDue(step: Step): void {
  const { held } = step.round;
  if (held !== null) acceptWhenDue(step, held);
}
