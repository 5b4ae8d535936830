import type { Address } from "@causeway/protocol/hex";
import type { ProposalFault } from "./proposalFault.js";
import type { Step } from "./step.js";

/** Say why a PROPOSAL will not be prepared (X9). */
export function refuse(step: Step, author: Address, round: number, { rule, detail }: ProposalFault): void {
  step.emit({ kind: "refused", rule, author, height: step.height.number, round, detail });
}
