import type { CausewayConfig } from "@causeway/protocol/genesis";
import { overrideUpTo } from "@causeway/protocol/validatorOverride";
import { type ValidatorSet, validatorSetHash } from "@causeway/protocol/validatorSet";
import type { ChainStore } from "../store/chainStore.js";
import { epochStart } from "./nextValidators.js";

/** The store as this file reads it. */
export type SetStore = Pick<ChainStore, "validators">;

/** S(height), up to the head's successor: an override's list until the next epoch, else the epoch's (V1, V6). S(0) = S(1). */
export function validatorsAt(height: number, store: SetStore, spec: CausewayConfig): ValidatorSet | null {
  const start = epochStart(Math.max(height, 1), spec.epochLength);
  const override = overrideUpTo(spec, Math.max(height, 1));
  return override !== null && override.height >= start ? override.validators : store.validators(start);
}

/** The set an override put aside at or below `height`; null without one, or where both are the same. */
export function overriddenAt(height: number, store: SetStore, spec: CausewayConfig): ValidatorSet | null {
  const override = overrideUpTo(spec, height);
  if (override === null) return null;
  const isEpochStart = epochStart(override.height, spec.epochLength) === override.height;
  const set = isEpochStart
    ? store.validators(override.height)
    : validatorsAt(override.height - 1, store, spec);
  return set === null || validatorSetHash(set) === validatorSetHash(override.validators) ? null : set;
}
