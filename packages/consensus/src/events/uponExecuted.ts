import { proposer } from "@causeway/protocol/validatorSet";
import type { InputEvent } from "../input.js";
import { refuse } from "../messages/refuse.js";
import { prepareOrExecute } from "../proposals/prepareOrExecute.js";
import { finishDecidedHeight } from "../rounds/finishDecidedHeight.js";
import { halt } from "../rounds/halt.js";
import type { Step } from "../step.js";

type Executed = Extract<InputEvent, { kind: "executed" }>;

/** C10: a result is kept by block hash, but acted on only in the round that asked for it, or for the decided block (C4). */
export function uponExecuted(step: Step, executed: Executed) {
  const { number, outcomes, decision, round } = step.height;
  if (executed.height !== number) return;
  const { blockHash, result } = executed;
  if (result.ok) step.updateHeight({ outcomes: new Map(outcomes).set(blockHash, result.outcome) });
  const awaited =
    executed.round === round.number && round.task?.kind === "execute" && round.task.blockHash === blockHash;
  if (awaited) step.updateRound({ task: null });
  if (decision !== null) {
    if (decision.checkpoint.blockHash !== blockHash) return;
    if (result.ok) return finishDecidedHeight(step);
    if (awaited) halt(step, `decided block ${blockHash} fails ${result.rule} (C4)`, [decision], null);
    return;
  }
  if (!awaited || round.proposal?.hash !== blockHash) return;
  if (result.ok) return prepareOrExecute(step);
  const author = proposer(step.height.validators, step.height.head.coinbase, round.number);
  refuse(step, author, round.number, { rule: result.rule, detail: `block ${blockHash}` });
}
