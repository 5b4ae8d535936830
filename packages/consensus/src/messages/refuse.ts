import type { Address } from "@causeway/protocol/hex";
import type { ProposalFault } from "../proposals/proposalFault.js";
import type { Step } from "../step.js";
import { withinAuthorLimit } from "./withinAuthorLimit.js";

/** Say why a PROPOSAL will not be prepared (X9), as often as its author's bound allows (C12). */
export function refuse(step: Step, author: Address, round: number, { rule, detail }: ProposalFault): void {
  if (!withinAuthorLimit(step, "refusal", author)) return;
  step.emit({ kind: "refused", rule, author, height: step.height.number, round, detail });
}
