import type { Certificate } from "./certificate.js";
import type { Address, Hash } from "./hex.js";
import type { ValidatorSet } from "./validatorSet.js";

/** The newest finalized block, with what the next height needs. */
export interface Head {
  readonly height: number;
  readonly hash: Hash;
  readonly coinbase: Address;
  /** Whole seconds. */
  readonly timestamp: number;
  /** S(height), which sealed this block. */
  readonly validators: ValidatorSet;
  /** S(height + 1). */
  readonly nextValidators: ValidatorSet;
  /** null for genesis only. */
  readonly certificate: Certificate | null;
}
