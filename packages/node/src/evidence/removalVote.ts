import type { Address } from "@causeway/protocol/hex";

/** What an operator who holds a validator for faulty types: evidence itself changes nothing (F3, V3). */
export function removalVote(validator: Address): string {
  return `causeway validator propose remove ${validator} --keystore operator.json`;
}
