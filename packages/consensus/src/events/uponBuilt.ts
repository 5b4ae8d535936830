import type { InputEvent } from "../input.js";
import { recordProposal } from "../proposals/propose.js";
import type { Step } from "../step.js";

type Built = Extract<InputEvent, { kind: "built" }>;

/** A block built here was executed while it was built; it is proposed only in the round that asked for it (C10). */
export function uponBuilt(step: Step, { height, round, block, outcome }: Built): void {
  if (height !== step.height.number) return;
  step.updateHeight({ outcomes: new Map(step.height.outcomes).set(block.hash, outcome) });
  const { task, number, proposal } = step.round;
  if (task?.kind !== "build" || round !== number) return;
  step.updateRound({ task: null });
  if (proposal === null) recordProposal(step, block);
}
