import { changeRound } from "./changeRound.js";
import type { Step } from "./step.js";

/** Rounds are uint32 on the wire (X1). */
const MAX_ROUND = 2 ** 32 - 1;

/** The request timeout of the current round is over (C7). */
export function uponRoundTimeout(step: Step): void {
  changeRound(step, Math.min(step.round.number + 1, MAX_ROUND));
}
