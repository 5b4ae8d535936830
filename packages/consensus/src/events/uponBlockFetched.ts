import type { Block } from "@causeway/protocol/block";
import { propose } from "../proposals/propose.js";
import { finishDecidedHeight } from "../rounds/finishDecidedHeight.js";
import type { Step } from "../step.js";

/** A block asked for by hash: the decided one (C4), or a prepared one this node may have to propose again (C2). */
export function uponBlockFetched(step: Step, block: Block): void {
  const { blocks, decision, round } = step.height;
  const wanted = decision === null ? round.fetching : [decision.checkpoint.blockHash];
  if (!wanted.includes(block.hash) || blocks.has(block.hash)) return;
  step.updateHeight({ blocks: new Map(blocks).set(block.hash, block) });
  if (decision !== null) finishDecidedHeight(step);
  else propose(step);
}
