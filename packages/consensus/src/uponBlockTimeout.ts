import { setTimer } from "./roundTimers.js";
import { startRoundZero } from "./startRoundZero.js";
import type { Step } from "./step.js";

/** The block period is over, or the empty period (C14). */
export function uponBlockTimeout(step: Step): void {
  const { pace } = step.height;
  if (pace.next === "block-deadline") {
    step.updateHeight({ pace: { ...pace, next: "empty-deadline" } });
    setTimer(step, "block", untilEmptyDeadlineMs(step));
  } else if (pace.next === "empty-deadline") {
    step.updateHeight({ pace: { ...pace, next: "passed" } });
  }
  startRoundZero(step);
}

function untilEmptyDeadlineMs({ state, height }: Step): number {
  const deadlineMs = (height.head.timestamp + state.config.emptyBlockPeriodSeconds) * 1000;
  return Math.max(0, deadlineMs - state.nowMs);
}
