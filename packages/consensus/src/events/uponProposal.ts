import type { ProposalMessage } from "@causeway/protocol/consensusMessage";
import { refuse } from "../messages/refuse.js";
import { relay } from "../messages/relay.js";
import { prepareOrExecute } from "../proposals/prepareOrExecute.js";
import { isFresh, proposalFault } from "../proposals/proposalFault.js";
import { enterRound } from "../rounds/enterRound.js";
import { cancelTimers, setTimer, startRoundTimer } from "../rounds/roundTimers.js";
import { voteWindow } from "../state.js";
import type { Step } from "../step.js";
import { addToVotes } from "../votes/votes.js";

/** How far a fresh block's time may lie ahead of the local clock (H1, C13). */
const MAX_AHEAD_MS = 2000;

/**
 * A PROPOSAL of the current height: judge it, enter its round, wait until it is due, execute it, prepare it.
 * In a round > 0 the q ROUND-CHANGEs it brings are reason enough to time the round.
 */
export function uponProposal(step: Step, message: ProposalMessage, peer: string | null) {
  const { round } = message.payload;
  if (round < step.round.number) return;
  remember(step, message);
  if (round === step.round.number && (step.round.proposal ?? step.round.earlyProposal) !== null) return;
  const fault = proposalFault(step.height, message);
  if (fault !== null) return refuse(step, message.author, round, fault);
  if (round > step.round.number) enterRound(step, round);
  if (round > 0) startRoundTimer(step);
  relay(step, message, peer);
  acceptWhenDue(step, message);
}

/** C15: valid or not, a second PROPOSAL of its author for the round is compared with this one. */
function remember(step: Step, message: ProposalMessage): void {
  const { votes } = step.height;
  const added = addToVotes(votes, message, voteWindow(step.height));
  if (added !== null) step.updateHeight({ votes: added });
}

/** C13: a fresh PROPOSAL ahead of now + 2 s is held until due; a re-proposal was due when it was first prepared (C5). */
export function acceptWhenDue(step: Step, message: ProposalMessage) {
  const { nowMs, config } = step.state;
  const dueInMs = message.block.timestamp * 1000 - MAX_AHEAD_MS - nowMs;
  if (dueInMs <= 0 || !isFresh(message)) return accept(step, message);
  step.updateRound({ earlyProposal: message });
  setTimer(step, "proposal", Math.min(dueInMs, config.maxRequestTimeoutMs));
}

/** At most one per round (C9). A valid PROPOSAL starts the timer of round 0 (C14). */
function accept(step: Step, message: ProposalMessage): void {
  const { blocks, accepted, round } = step.height;
  const { block } = message;
  step.updateHeight({
    blocks: new Map(blocks).set(block.hash, block),
    accepted: [...accepted, { round: round.number, blockHash: block.hash }].slice(-2),
  });
  step.updateRound({ proposal: block, earlyProposal: null });
  if (round.number === 0) cancelTimers(step, ["block"]);
  startRoundTimer(step);
  prepareOrExecute(step);
}
