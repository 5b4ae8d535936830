import { messagesToResend } from "../messages/messagesToResend.js";
import type { Step } from "../step.js";

/** C11: a new peer gets what the others have already got. */
export function uponPeerConnected(step: Step, peer: string): void {
  for (const message of messagesToResend(step.height)) step.emit({ kind: "send", peer, message });
}
