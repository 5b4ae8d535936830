import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import { keepEarly } from "../messages/earlyMessages.js";
import { oncePerSecond } from "../messages/oncePerSecond.js";
import type { Step } from "../step.js";
import { isVoteInSet } from "../votes/isVoteInSet.js";
import { watchForEquivocation } from "../votes/watchForEquivocation.js";
import { uponBlockFetched } from "./uponBlockFetched.js";
import { uponCommit } from "./uponCommit.js";
import { uponDecidedHeightMessage } from "./uponDecidedHeightMessage.js";
import { uponPrepare } from "./uponPrepare.js";
import { uponProposal } from "./uponProposal.js";
import { uponRoundChange } from "./uponRoundChange.js";

/** A message from the network, by height: decided, current, next, or beyond (C11, C12). */
export function uponMessage(step: Step, peer: string, message: ConsensusMessage): void {
  const { number } = step.height;
  const { height } = message.payload;
  if (height < number) uponDecidedHeightMessage(step, peer, message);
  else if (height === number) uponCurrentMessage(step, peer, message);
  else uponLaterHeightMessage(step, peer, message);
}

/** A message of the current height. The core alone knows S(h), so membership is checked here (C16). */
export function uponCurrentMessage(step: Step, peer: string, message: ConsensusMessage) {
  const { validators, validatorSetHash, self, decision } = step.height;
  if (!validators.includes(message.author) || !isVoteInSet(message, validatorSetHash)) return;
  watchForEquivocation(step, message);
  // Own messages count from the safety record only, or a replayed COMMIT could count before being prepared (C9, W2).
  if (message.author === self) return;
  if (message.kind === "commit") return uponCommit(step, message, peer);
  if (decision !== null) return takeDecidedBlock(step, message);
  switch (message.kind) {
    case "proposal":
      return uponProposal(step, message, peer);
    case "prepare":
      return uponPrepare(step, message, peer);
    case "round-change":
      return uponRoundChange(step, message, peer);
  }
}

/** C4: who decided by COMMITs alone may meet the block in a message sooner than a peer has it to hand out. */
function takeDecidedBlock(step: Step, message: Exclude<ConsensusMessage, { kind: "commit" }>): void {
  if (message.kind !== "prepare" && message.block !== null) uponBlockFetched(step, message.block);
}

function uponLaterHeightMessage(step: Step, peer: string, message: ConsensusMessage): void {
  const { height } = message.payload;
  catchUpWith(step, peer, height - 1);
  if (height === step.height.number + 1) keepEarly(step, peer, message);
}

/**
 * Nobody votes at a height before having the block below. The votes of the current height may all have come and gone, and
 * the announcement of its block been lost: a peer that votes at the next one, and cannot go on alone, is how this node learns.
 */
function catchUpWith(step: Step, peer: string, height: number): void {
  const askedAtMs = oncePerSecond(step.state.askedAtMs, peer, step.state.nowMs);
  if (askedAtMs === null) return;
  step.update({ askedAtMs });
  step.emit({ kind: "sync", height, peer });
}
