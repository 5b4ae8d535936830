import type { Head } from "@causeway/protocol/head";
import { maxFaulty, quorum } from "@causeway/protocol/quorum";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import { decideOnceCertified } from "../events/uponCommit.js";
import { messagesToResend } from "../messages/messagesToResend.js";
import { prepareOrExecute } from "../proposals/prepareOrExecute.js";
import { propose } from "../proposals/propose.js";
import { type HeightState, newRound, type State } from "../state.js";
import type { Step } from "../step.js";
import { highestVotes } from "../votes/voteBook.js";
import { NO_VOTES } from "../votes/votes.js";
import { startBlockTimer } from "./blockTimer.js";
import { restoreHeight } from "./restoreHeight.js";
import { cancelTimers, startResendTimer, startRoundTimerOnceJoined } from "./roundTimers.js";

/** Begin the height above the head: at round 0, or where the safety record says this node was (W3). */
export function enterHeight(step: Step, head: Head) {
  const restored = step.state.restored.filter(({ signing }) => signing.payload.height > head.height);
  const fresh = newHeight(step.state, head);
  const height = restoreHeight(fresh, restored);
  step.update({ restored, height });
  cancelTimers(step, ["block", "round", "resend", "proposal"]);
  startResendTimer(step);
  if (height === fresh) return startBlockTimer(step);
  startRoundTimerOnceJoined(step);
  for (const message of messagesToResend(height)) step.emit({ kind: "broadcast", message });
  prepareOrExecute(step);
  propose(step);
  decideAlone(step);
}

/** W3: for n = 1 the own recorded COMMIT is the certificate, and nobody else's will bring it up. */
function decideAlone(step: Step): void {
  for (const { payload } of highestVotes(step.height.votes.commits, step.height.validators))
    decideOnceCertified(step, payload);
}

/** V4: of the key ring, the key in S(h) signs; with none, or none that may sign yet (W5), the node follows. */
function newHeight({ config, nowMs, keysWithoutRecord, height }: State, head: Head): HeightState {
  const validators = head.nextValidators;
  const signs = (key: string) => validators.some((address) => address === key);
  return {
    number: head.height + 1,
    head,
    earliestTimestamp: head.timestamp + config.blockPeriodSeconds,
    headAnnouncedAtMs: height === null ? null : nowMs,
    validators,
    validatorSetHash: validatorSetHash(validators),
    quorum: quorum(validators.length),
    maxFaulty: maxFaulty(validators.length),
    self: config.keys.find((key) => signs(key) && !keysWithoutRecord.includes(key)) ?? null,
    pace: { next: "block-deadline", transaction: "none" },
    round: newRound(0),
    accepted: [],
    votes: NO_VOTES,
    relayCounts: new Map(),
    reported: new Set(),
    blocks: new Map(),
    outcomes: new Map(),
    prepared: null,
    decision: null,
    writeRequested: false,
  };
}
