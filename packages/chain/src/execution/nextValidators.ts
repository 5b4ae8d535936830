import type { CausewayConfig } from "@causeway/protocol/genesis";
import { isWellFormedSet, type ValidatorSet } from "@causeway/protocol/validatorSet";
import type { StateReader } from "../engine/engine.js";
import type { Logger } from "../logger.js";
import { readValidators } from "./readValidators.js";

/** First height of the epoch that `height` >= 1 is in: S is constant from there to the epoch's end (V1). */
export function epochStart(height: number, epochLength: number): number {
  return height - ((height - 1) % epochLength);
}

/**
 * S(height + 1): the list after block `height` where an epoch ends, else S(height) (V1). A list that is not well formed
 * is ignored with an alarm (V2).
 */
export async function nextValidators(
  height: number,
  current: ValidatorSet,
  state: StateReader,
  { epochLength, minValidators }: CausewayConfig,
  log: Logger,
): Promise<ValidatorSet> {
  if (height % epochLength !== 0) return current;
  const set = await readValidators(state);
  if (set !== null && isWellFormedSet(set, minValidators)) return set;
  log.error(
    { height, list: set },
    "ValidatorSet holds a list that is not well formed: the old set stays (V2)",
  );
  return current;
}
