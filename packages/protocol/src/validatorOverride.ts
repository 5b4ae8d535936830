import { concat, keccak256 } from "ethers";
import type { CausewayConfig } from "./genesis.js";
import type { Address, Hash } from "./hex.js";
import { type ValidatorSet, validatorSetHash } from "./validatorSet.js";

/** V6: from `height` on, whose parent must be the block of this hash, the chain goes on with these validators. */
export interface ValidatorOverride {
  readonly height: number;
  readonly parentHash: Hash;
  readonly validators: ValidatorSet;
  /** Operators of keys in the list: those not named keep theirs, newcomers not named are their own (V4). */
  readonly operators?: Readonly<Record<Address, Address>> | undefined;
}

/** The overrides of a chain spec, ascending; almost always none. */
export function overrides({ override }: Pick<CausewayConfig, "override">): readonly ValidatorOverride[] {
  return override ?? [];
}

/** The override that takes effect at exactly this height, or null. */
export function overrideAt(
  config: Pick<CausewayConfig, "override">,
  height: number,
): ValidatorOverride | null {
  return overrides(config).find((override) => override.height === height) ?? null;
}

/** The newest override at or below a height, or null. */
export function overrideUpTo(
  config: Pick<CausewayConfig, "override">,
  height: number,
): ValidatorOverride | null {
  return overrides(config).findLast((override) => override.height <= height) ?? null;
}

/** What of an override enters the fork id beside its height (H8): two chain specs that differ here are two chains. */
export function overrideHash({ parentHash, validators, operators = {} }: ValidatorOverride): Hash {
  const named = Object.entries(operators).sort(([a], [b]) => (a < b ? -1 : 1));
  return keccak256(concat([parentHash, validatorSetHash(validators), ...named.flat()])) as Hash;
}
