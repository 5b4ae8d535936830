import type { Address } from "@causeway/protocol/hex";
import type { ProposalFault } from "../proposals/proposalFault.js";
import type { Step } from "../step.js";
import { mayEcho } from "./mayEcho.js";

/** Say why a PROPOSAL will not be prepared (X9), as often as its author's bound allows (C12). */
export function refuse(step: Step, author: Address, round: number, { rule, detail }: ProposalFault): void {
  if (!mayEcho(step, "refusal", author)) return;
  step.emit({ kind: "refused", rule, author, height: step.height.number, round, detail });
}
