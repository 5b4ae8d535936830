import { startBlockTimer, untilDeadlineMs } from "../rounds/blockTimer.js";
import { startRoundZero } from "../rounds/startRoundZero.js";
import type { Step } from "../step.js";

/** The block period is over, or the empty period (C14); the wall clock has the last word (C13). */
export function uponBlockTimeout(step: Step) {
  const { pace } = step.height;
  if (untilDeadlineMs(step) > 0) return startBlockTimer(step);
  if (pace.next === "block-deadline") {
    step.updateHeight({ pace: { ...pace, next: "empty-deadline" } });
    startBlockTimer(step);
  } else if (pace.next === "empty-deadline") {
    step.updateHeight({ pace: { ...pace, next: "passed" } });
  }
  startRoundZero(step);
}
