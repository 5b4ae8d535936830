import { checkpointsConflict } from "@causeway/protocol/checkpoint";
import type { Head } from "@causeway/protocol/head";
import { RECORD_MARGIN_SECONDS } from "../config.js";
import { takeEarly } from "../messages/earlyMessages.js";
import { enterHeight } from "../rounds/enterHeight.js";
import { abortTask } from "../rounds/enterRound.js";
import { halt } from "../rounds/halt.js";
import { type DecidedVotes, type HeightState, voteWindow } from "../state.js";
import type { Step } from "../step.js";
import { uponCurrentMessage } from "./uponMessage.js";

/** The chain has a new head, by this node's own commit or by sync; or the host names it for the first time after start. */
export function uponNewChainHead(step: Step, head: Head) {
  const current = step.state.height;
  if (current !== null && head.height <= current.head.height)
    return uponKnownHeight(step, current.head, head);
  if (current !== null) abortTask(step);
  if (current !== null && contradictsDecision(step, current, head)) return;
  step.update({ decided: current?.number === head.height ? decidedVotes(current) : null });
  acceptKeys(step, head);
  enterHeight(step, head);
  for (const { peer, message } of takeEarly(step)) uponCurrentMessage(step, peer, message);
}

/** F2: final means once; the head's height cannot get a second block. */
function uponKnownHeight(step: Step, known: Head, head: Head): void {
  if (head.height !== known.height || head.hash === known.hash) return;
  const certificates = [known.certificate, head.certificate].filter((certificate) => certificate !== null);
  halt(step, `blocks ${known.hash} and ${head.hash} at height ${head.height} (F2)`, certificates, null);
}

/** F2: sync may bring another block than the one decided here and not committed yet. */
function contradictsDecision(step: Step, { decision }: HeightState, { certificate }: Head): boolean {
  if (decision === null || certificate === null) return false;
  if (!checkpointsConflict(decision.checkpoint, certificate.checkpoint)) return false;
  halt(step, "a synced block contradicts the decided one (F2)", [decision, certificate], null);
  return true;
}

function decidedVotes(height: HeightState): DecidedVotes {
  const { number, validators, validatorSetHash, votes, reported } = height;
  return { height: number, window: voteWindow(height), validators, validatorSetHash, votes, reported };
}

/** W5: what the lost record could have signed lies at or below this head, so the keys may sign from the next height. */
function acceptKeys(step: Step, { certificate, timestamp }: Head): void {
  const { startedAtSeconds } = step.state.config;
  if (certificate === null || timestamp <= startedAtSeconds + RECORD_MARGIN_SECONDS) return;
  step.update({ keysWithoutRecord: [] });
}
