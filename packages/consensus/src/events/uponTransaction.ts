import { startRoundZero } from "../rounds/startRoundZero.js";
import type { Step } from "../step.js";

/** The pool has something to put into the next block (C14). */
export function uponTransaction(step: Step, transaction: "pooled" | "waiting"): void {
  const { pace, decision } = step.height;
  if (decision !== null || pace.transaction === "waiting") return;
  step.updateHeight({ pace: { ...pace, transaction } });
  startRoundZero(step);
}
