import { build, isOwnTurn } from "../proposals/propose.js";
import type { Step } from "../step.js";
import { startRoundTimer } from "./roundTimers.js";

/**
 * C14: after the block deadline, the proposer goes ahead as soon as there is a transaction; everybody's timer starts when
 * one has waited for a second, which leaves it time to reach the proposer. At the empty deadline both happen without.
 */
export function startRoundZero(step: Step): void {
  const { round, pace } = step.height;
  if (round.number > 0 || round.proposal !== null || pace.next === "block-deadline") return;
  const empty = pace.next === "passed";
  if (empty || pace.transaction === "waiting") startRoundTimer(step);
  if (!empty && pace.transaction === "none") return;
  if (round.justification !== null || !isOwnTurn(step.height)) return;
  step.updateRound({ justification: { roundChanges: [], prepares: [] } });
  build(step);
}
