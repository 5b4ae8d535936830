import type { Hash } from "./hex.js";
import type { ValidatorSet } from "./validatorSet.js";

/** What executing a block says beyond its header: the fields a Checkpoint is assembled from (C3, C16). */
export interface ExecutionOutcome {
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  /** Zero, as the three below, on a chain without a bridge. */
  readonly outboxRoot: Hash;
  readonly outboxCount: number;
  readonly inboxAcc: Hash;
  readonly inboxCount: number;
  /** S(height + 1), V1. */
  readonly nextValidators: ValidatorSet;
}
