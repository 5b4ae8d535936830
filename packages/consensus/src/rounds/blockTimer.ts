import type { Step } from "../step.js";
import { setTimer } from "./roundTimers.js";

/**
 * C14: wait for the deadline of round 0 that comes next. Deadlines are of the wall clock and timers of the monotonic one:
 * a clock that is far behind and set right must not leave a timer of a day behind, so it is looked at again meanwhile (C13).
 */
export function startBlockTimer(step: Step): void {
  setTimer(step, "block", Math.min(untilDeadlineMs(step), step.state.config.maxRequestTimeoutMs));
}

/** Milliseconds of the wall clock until the deadline that comes next; 0 when it is past, or the last one was. */
export function untilDeadlineMs({ state, height }: Step): number {
  const { head, pace, earliestTimestamp } = height;
  if (pace.next === "passed") return 0;
  const deadlineSeconds =
    pace.next === "block-deadline"
      ? earliestTimestamp
      : head.timestamp + state.config.emptyBlockPeriodSeconds;
  return Math.max(0, deadlineSeconds * 1000 - state.nowMs);
}
