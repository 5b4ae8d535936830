import type { Effect } from "./effect.js";
import { uponBlockFetched } from "./events/uponBlockFetched.js";
import { uponBlockTimeout } from "./events/uponBlockTimeout.js";
import { uponBuilt } from "./events/uponBuilt.js";
import { uponExecuted } from "./events/uponExecuted.js";
import { uponMessage } from "./events/uponMessage.js";
import { uponNewChainHead } from "./events/uponNewChainHead.js";
import { uponPeerConnected } from "./events/uponPeerConnected.js";
import { uponProposalDue } from "./events/uponProposalDue.js";
import { uponRecorded } from "./events/uponRecorded.js";
import { uponResendTimeout } from "./events/uponResendTimeout.js";
import { uponRoundTimeout } from "./events/uponRoundTimeout.js";
import { uponTransaction } from "./events/uponTransaction.js";
import type { Input } from "./input.js";
import type { State } from "./state.js";
import { Step } from "./step.js";
import type { Timer } from "./timer.js";

/** What one input did: the next state, and the effects for the host in the order they must happen. */
export interface Transition {
  readonly state: State;
  readonly effects: readonly Effect[];
}

/** QBFT as a function: the same state and input always give the same result, and nothing outside is touched. */
export function apply(state: State, input: Input): Transition {
  if (state.halted) return { state, effects: [] };
  const step = new Step({ ...state, nowMs: input.nowMs });
  if (input.kind === "new-head") uponNewChainHead(step, input.head);
  else if (state.height !== null) dispatch(step, input);
  return { state: step.state, effects: step.effects };
}

function dispatch(step: Step, input: Exclude<Input, { kind: "new-head" }>) {
  switch (input.kind) {
    case "message":
      return uponMessage(step, input.peer, input.message);
    case "timeout":
      return uponTimeout(step, input.timer);
    case "built":
      return uponBuilt(step, input);
    case "executed":
      return uponExecuted(step, input);
    case "recorded":
      return uponRecorded(step, input);
    case "block-fetched":
      return uponBlockFetched(step, input.block);
    case "transaction-pooled":
      return uponTransaction(step, "pooled");
    case "transaction-waiting":
      return uponTransaction(step, "waiting");
    case "peer-connected":
      return uponPeerConnected(step, input.peer);
  }
}

/** C7: a timer of another height or round is stale, and a decided height has none left (C4). */
function uponTimeout(step: Step, timer: Timer) {
  const { number, round, decision } = step.height;
  if (timer.height !== number || timer.round !== round.number || decision !== null) return;
  switch (timer.kind) {
    case "block":
      return uponBlockTimeout(step);
    case "round":
      return uponRoundTimeout(step);
    case "resend":
      return uponResendTimeout(step);
    case "proposal":
      return uponProposalDue(step);
  }
}
