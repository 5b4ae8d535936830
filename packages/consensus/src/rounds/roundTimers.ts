import type { Step } from "../step.js";
import type { Timer } from "../timer.js";
import { roundTimeoutMs } from "./roundTimeoutMs.js";

export function setTimer(step: Step, kind: Timer["kind"], delayMs: number): void {
  const { number, round } = step.height;
  step.emit({ kind: "set-timer", timer: { kind, height: number, round: round.number }, delayMs });
}

/** Give the round its request timeout (C7), once. A follower has no vote to change rounds with. */
export function startRoundTimer(step: Step): void {
  if (step.round.timerRunning || step.height.self === null) return;
  step.updateRound({ timerRunning: true });
  setTimer(step, "round", roundTimeoutMs(step.state.config, step.round.number));
}

/**
 * A round > 0 is timed once q validators are known to be in it or beyond, as PBFT does with its views. So nobody runs more
 * than one round ahead of q - f >= f + 1 honest validators, whom all others follow by C8. Were it timed from its start,
 * validators that timed out alone could be rounds apart for ever once their timeouts reached the maximum.
 */
export function startRoundTimerOnceJoined(step: Step): void {
  const { round, votes, quorum } = step.height;
  const joined = [...votes.roundChanges.values()].filter((own) =>
    [...own.keys()].some((number) => number >= round.number),
  );
  if (joined.length >= quorum || round.proposal !== null) startRoundTimer(step);
}

/**
 * C11: every half of the current round's timeout, followers too: validators may hear each other through them only. What one
 * author may make this node say is counted anew (C12).
 */
export function startResendTimer(step: Step): void {
  step.updateHeight({ relayCounts: new Map() });
  const timeoutMs = roundTimeoutMs(step.state.config, step.round.number);
  setTimer(step, "resend", Math.ceil(timeoutMs / 2));
}

export function cancelTimers(step: Step, kinds: readonly Timer["kind"][]): void {
  for (const timer of kinds) step.emit({ kind: "cancel-timer", timer });
}
