import { changeRound } from "../rounds/changeRound.js";
import type { Step } from "../step.js";

/** Rounds are uint32 on the wire (X1). */
const MAX_ROUND = 2 ** 32 - 1;

/** The request timeout of the current round is over (C7). After the last round there is none to change to. */
export function uponRoundTimeout(step: Step): void {
  if (step.round.number < MAX_ROUND) changeRound(step, step.round.number + 1);
}
