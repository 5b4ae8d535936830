import type { Certificate } from "@causeway/protocol/certificate";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { Step } from "../step.js";

/** F2, C4: nothing this node could do next would be safe. */
export function halt(
  step: Step,
  reason: string,
  certificates: readonly Certificate[],
  own: Checkpoint | null,
): void {
  step.emit({ kind: "halt", reason, certificates, own });
  step.update({ halted: true });
}
