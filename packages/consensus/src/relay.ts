import type { ConsensusMessage } from "@causeway/protocol/consensusMessage";
import type { Step } from "./step.js";

/**
 * C12: how many messages of one author a node passes on between two re-sends (C11). An honest validator says a handful in a
 * round; a spammer of ever higher rounds would otherwise fill everybody's links, see docs/decisions/0005.
 */
export const RELAYS_PER_AUTHOR_MAX = 16;

/**
 * Pass on a message that was new to this node, so that validators without a direct connection get it (N2). What is beyond
 * the bound waits for the next re-send, which carries the highest votes of everybody.
 * @param peer who brought it; null for the node's own, which are broadcast instead.
 */
export function relay(step: Step, message: ConsensusMessage, peer: string | null): void {
  if (peer === null) return;
  const { relays } = step.height;
  const count = relays.get(message.author) ?? 0;
  if (count >= RELAYS_PER_AUTHOR_MAX) return;
  step.updateHeight({ relays: new Map(relays).set(message.author, count + 1) });
  step.emit({ kind: "relay", message, except: peer });
}
