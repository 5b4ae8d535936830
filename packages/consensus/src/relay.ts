import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Step } from "./step.js";

/**
 * Pass on a message that was new to this node, so that validators without a direct connection get it (N2).
 * @param peer who brought it; null for the node's own, which are broadcast instead.
 */
export function relay(step: Step, message: ConsensusMessage, peer: string | null): void {
  if (peer !== null) step.emit({ kind: "relay", message, except: peer });
}
