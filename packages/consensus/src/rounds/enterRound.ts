import type { Hash } from "@causeway/protocol/hex";
import { refuse } from "../messages/refuse.js";
import { stopFetching } from "../proposals/propose.js";
import { type HeightState, newRound } from "../state.js";
import type { Step } from "../step.js";
import { cancelTimers, startResendTimer, startRoundTimerOnceJoined } from "./roundTimers.js";

/** C6: every entry into a higher round (timeout, jump, justified PROPOSAL) starts it afresh, with a timer of its own. */
export function enterRound(step: Step, number: number): void {
  abortTask(step);
  stopFetching(step);
  refuseEarlyProposal(step);
  step.updateHeight({ round: newRound(number), ...referencedBlocks(step.height) });
  cancelTimers(step, ["block", "round", "proposal"]);
  startRoundTimerOnceJoined(step);
  startResendTimer(step);
}

/** H4: nobody waits for what the host still builds or executes for this round. */
export function abortTask(step: Step): void {
  const { number, round } = step.height;
  if (round.task === null) return;
  step.emit({ kind: "abort", height: number, round: round.number });
  step.updateRound({ task: null });
}

/** Of the blocks and outcomes of left rounds, keep what may still be decided or proposed again (C12). */
function referencedBlocks({ blocks, outcomes, prepared, accepted, votes }: HeightState) {
  const referenced = new Set<Hash>(accepted.map(({ blockHash }) => blockHash));
  if (prepared !== null) referenced.add(prepared.block.hash);
  for (const rounds of votes.roundChanges.values())
    for (const { payload } of rounds.values())
      if (payload.prepared !== null) referenced.add(payload.prepared.blockHash);
  for (const rounds of votes.commits.values())
    for (const { payload } of rounds.values()) referenced.add(payload.blockHash);
  return {
    blocks: new Map([...blocks].filter(([hash]) => referenced.has(hash))),
    outcomes: new Map([...outcomes].filter(([hash]) => referenced.has(hash))),
  };
}

/** C13: a PROPOSAL that is still ahead of the clock when its round is left was never prepared. */
function refuseEarlyProposal(step: Step): void {
  const { earlyProposal, number } = step.round;
  if (earlyProposal === null) return;
  const detail = `block time ${earlyProposal.block.timestamp} s, still ahead of now + 2 s`;
  refuse(step, earlyProposal.author, number, { rule: "H1.timestamp", detail });
}
