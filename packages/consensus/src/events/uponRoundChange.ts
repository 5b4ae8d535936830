import type { RoundChangeMessage } from "@causeway/protocol/consensusMessage";
import { relay } from "../messages/relay.js";
import { isPreparedBy } from "../proposals/isPreparedBy.js";
import { propose } from "../proposals/propose.js";
import { changeRound } from "../rounds/changeRound.js";
import { startRoundTimerOnceJoined } from "../rounds/roundTimers.js";
import { type HeightState, voteWindow } from "../state.js";
import type { Step } from "../step.js";
import { addToVotes } from "../votes/votes.js";

/** A ROUND-CHANGE of the current height: keep it, follow f + 1 of them, propose on q of them. */
export function uponRoundChange(step: Step, message: RoundChangeMessage, peer: string | null): void {
  const { votes } = step.height;
  if (!isBacked(step.height, message)) return;
  keepPreparedBlock(step, message);
  const added = addToVotes(votes, message, voteWindow(step.height));
  if (added !== null) {
    step.updateHeight({ votes: added });
    relay(step, { ...message, block: null }, peer);
    const highest = roundOfMoreThanFaulty(step.height);
    if (highest > step.round.number) changeRound(step, highest);
    else startRoundTimerOnceJoined(step);
  }
  propose(step);
}

/** C8: accepted only with q valid PREPAREs of an earlier round behind its prepared claim. Nobody changes to round 0. */
function isBacked(height: HeightState, { payload, prepares }: RoundChangeMessage): boolean {
  if (payload.round === 0) return false;
  if (payload.prepared === null) return prepares.length === 0;
  return payload.prepared.round < payload.round && isPreparedBy(height, payload.prepared, prepares);
}

/** The author's own ROUND-CHANGE carries the prepared block (C2): who proposes next may need it. */
function keepPreparedBlock(step: Step, { payload, block }: RoundChangeMessage): void {
  if (block === null || block.hash !== payload.prepared?.blockHash) return;
  step.updateHeight({ blocks: new Map(step.height.blocks).set(block.hash, block) });
}

/** C8: the (f + 1)-th highest round held, so that at least one honest validator is there; -1 when fewer are held. */
function roundOfMoreThanFaulty({ votes, maxFaulty }: HeightState): number {
  const rounds = [...votes.roundChanges.values()].flatMap((own) => [...own.keys()]);
  return rounds.sort((a, b) => b - a)[maxFaulty] ?? -1;
}
