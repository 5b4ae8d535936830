import type { Block } from "@causeway/protocol/block";
import type { Checkpoint } from "@causeway/protocol/checkpoint";
import type { ExecutionOutcome } from "@causeway/protocol/executionOutcome";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { HeightState } from "../state.js";

/** C3, C16: what this node's own execution makes of a block. */
export function checkpointOf(
  height: HeightState,
  round: number,
  block: Block,
  outcome: ExecutionOutcome,
): Checkpoint {
  return {
    height: height.number,
    round,
    timestamp: block.timestamp,
    blockHash: block.hash,
    stateRoot: outcome.stateRoot,
    outboxRoot: outcome.outboxRoot,
    outboxCount: outcome.outboxCount,
    inboxAcc: outcome.inboxAcc,
    inboxCount: outcome.inboxCount,
    validatorSetHash: height.validatorSetHash,
    nextValidatorSetHash: validatorSetHash(outcome.nextValidators),
  };
}
