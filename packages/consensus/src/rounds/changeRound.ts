import type { Step } from "../step.js";
import { enterRound } from "./enterRound.js";

/** Enter a round by asking the others to follow: a ROUND-CHANGE with the latest prepared certificate (C8). */
export function changeRound(step: Step, round: number): void {
  enterRound(step, round);
  const { number, self, prepared } = step.height;
  if (self === null) return;
  const claim = prepared && { round: prepared.round, blockHash: prepared.block.hash };
  step.emit({
    kind: "record",
    author: self,
    signing: { kind: "round-change", payload: { height: number, round, prepared: claim } },
    block: null,
    prepares: [],
  });
}
