import type { Address } from "@causeway/protocol/hex";
import type { Step } from "../step.js";

/**
 * C12: how many messages of one author a node passes on or complains of between two re-sends (C11). An honest validator
 * says a handful in a round; a spammer of ever higher rounds would otherwise fill everybody's links and logs, see
 * docs/decisions/0005.
 */
export const RELAYS_PER_AUTHOR_MAX = 16;

/**
 * Count one more message of the author. Refusals are counted apart: anybody can spoil what rides outside the signature of an
 * honest PROPOSAL, which must not keep the sound one from being relayed.
 * @returns false beyond the bound.
 */
export function withinAuthorLimit(step: Step, kind: "relay" | "refusal", author: Address): boolean {
  const { relayCounts } = step.height;
  const key = `${author}/${kind}`;
  const count = relayCounts.get(key) ?? 0;
  if (count >= RELAYS_PER_AUTHOR_MAX) return false;
  step.updateHeight({ relayCounts: new Map(relayCounts).set(key, count + 1) });
  return true;
}
