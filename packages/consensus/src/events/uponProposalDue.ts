import type { Step } from "../step.js";
import { acceptWhenDue } from "./uponProposal.js";

/** The early PROPOSAL is due by the monotonic clock; the wall clock has the last word (C13). */
export function uponProposalDue(step: Step): void {
  const { earlyProposal } = step.round;
  if (earlyProposal !== null) acceptWhenDue(step, earlyProposal);
}
