import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import { validatorSetHash } from "@causeway/protocol/validatorSet";

/** The first checkpoint field that execution does not reproduce (N3, C4); null when all do. */
export function outcomeMismatch(outcome: ExecutionOutcome, checkpoint: Checkpoint): keyof Checkpoint | null {
  if (outcome.stateRoot !== checkpoint.stateRoot) return "stateRoot";
  if (outcome.outboxRoot !== checkpoint.outboxRoot) return "outboxRoot";
  if (outcome.outboxCount !== checkpoint.outboxCount) return "outboxCount";
  if (outcome.inboxAcc !== checkpoint.inboxAcc) return "inboxAcc";
  if (outcome.inboxCount !== checkpoint.inboxCount) return "inboxCount";
  if (validatorSetHash(outcome.nextValidators) !== checkpoint.nextValidatorSetHash)
    return "nextValidatorSetHash";
  return null;
}
