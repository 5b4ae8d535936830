import { messagesToResend } from "../messages/messagesToResend.js";
import { startResendTimer } from "../rounds/roundTimers.js";
import type { Step } from "../step.js";

/** C11: say again what is known, since any of it may have been lost on the way. */
export function uponResendTimeout(step: Step): void {
  for (const message of messagesToResend(step.height)) step.emit({ kind: "broadcast", message });
  startResendTimer(step);
}
