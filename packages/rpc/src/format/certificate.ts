import type { Certificate } from "@causeway/protocol/certificate";
import type { ValidatorSet } from "@causeway/protocol/validatorSet";
import { quantity } from "./quantity.js";

/** X3: the checkpoint's fields by name, quantities in hex, seals in the order of the set. */
export function formatCertificate({ checkpoint, signers, seals }: Certificate, validators: ValidatorSet) {
  return {
    checkpoint: {
      height: quantity(checkpoint.height),
      round: quantity(checkpoint.round),
      timestamp: quantity(checkpoint.timestamp),
      blockHash: checkpoint.blockHash,
      stateRoot: checkpoint.stateRoot,
      outboxRoot: checkpoint.outboxRoot,
      outboxCount: quantity(checkpoint.outboxCount),
      inboxAcc: checkpoint.inboxAcc,
      inboxCount: quantity(checkpoint.inboxCount),
      validatorSetHash: checkpoint.validatorSetHash,
      nextValidatorSetHash: checkpoint.nextValidatorSetHash,
    },
    signers: quantity(signers),
    seals,
    validators,
  };
}
