import type { Block } from "@causeway/protocol/block";
import { commitOncePrepared } from "../events/uponPrepare.js";
import type { Step } from "../step.js";

/** C9: PREPARE only after execution succeeded; C10: whichever round's execution of this block that was. */
export function prepareOrExecute(step: Step) {
  const { proposal } = step.round;
  if (proposal === null) return;
  if (!step.height.outcomes.has(proposal.hash)) return execute(step, proposal);
  prepare(step, proposal);
  // After a restart the own PREPARE may have been there before the execution (W3).
  commitOncePrepared(step);
}

/** Ask for an execution unless this round's is already running. */
export function execute(step: Step, block: Block): void {
  const { number, round } = step.height;
  if (round.task?.kind === "execute" && round.task.blockHash === block.hash) return;
  step.updateRound({ task: { kind: "execute", blockHash: block.hash } });
  step.emit({ kind: "execute", height: number, round: round.number, block });
}

function prepare(step: Step, block: Block): void {
  const { number, self, round } = step.height;
  if (self === null || round.prepareRequested) return;
  step.updateRound({ prepareRequested: true });
  step.emit({
    kind: "record",
    author: self,
    signing: {
      kind: "prepare",
      payload: { height: number, round: round.number, blockHash: block.hash },
    },
    block,
    prepares: [],
  });
}
