import { checkpointsEqual } from "@causeway/protocol/checkpoint";
import { checkpointOf } from "../proposals/checkpointOf.js";
import { execute } from "../proposals/prepareOrExecute.js";
import type { Step } from "../step.js";
import { abortTask } from "./enterRound.js";
import { halt } from "./halt.js";

/** C4: bring a decided height to its end: get the block, execute it, compare checkpoints, commit. Called again at each answer. */
export function finishDecidedHeight(step: Step) {
  const { number, decision, writeRequested, blocks, outcomes, round } = step.height;
  if (decision === null || writeRequested) return;
  const { checkpoint } = decision;
  if (round.task?.kind !== "execute" || round.task.blockHash !== checkpoint.blockHash) abortTask(step);
  const held = round.earlyProposal?.block;
  const block = held?.hash === checkpoint.blockHash ? held : blocks.get(checkpoint.blockHash);
  if (block === undefined) {
    return step.emit({ kind: "fetch-blocks", height: number, hashes: [checkpoint.blockHash] });
  }
  const outcome = outcomes.get(block.hash);
  if (outcome === undefined) return execute(step, block);
  const own = checkpointOf(step.height, checkpoint.round, block, outcome);
  if (!checkpointsEqual(own, checkpoint)) {
    return halt(
      step,
      `own execution of block ${block.hash} differs from its certificate (C4)`,
      [decision],
      own,
    );
  }
  step.updateHeight({ writeRequested: true });
  step.emit({ kind: "commit", block, certificate: decision });
}
