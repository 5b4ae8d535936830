import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Step } from "../step.js";
import { withinAuthorLimit } from "./withinAuthorLimit.js";

/**
 * Pass on a message that was new to this node, so that validators without a direct connection get it (N2). What is beyond
 * the author's bound (C12) waits for the next re-send, which carries the highest votes of everybody.
 * @param peer who brought it; null for the node's own, which are broadcast instead.
 */
export function relay(step: Step, message: ConsensusMessage, peer: string | null): void {
  if (peer === null || !withinAuthorLimit(step, "relay", message.author)) return;
  step.emit({ kind: "relay", message, except: peer });
}
