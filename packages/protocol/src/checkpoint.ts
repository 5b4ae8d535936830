import { type SigningDomain, structHash, typedDataDigest, typeHash, word } from "./eip712.js";
import type { Hash } from "./hex.js";

/**
 * What a COMMIT signs and L1 verifies (C3). Outbox and inbox fields are zero on a chain without a bridge.
 * Timestamp in whole seconds.
 */
export interface Checkpoint {
  readonly height: number;
  readonly round: number;
  readonly timestamp: number;
  readonly blockHash: Hash;
  readonly stateRoot: Hash;
  readonly outboxRoot: Hash;
  readonly outboxCount: number;
  readonly inboxAcc: Hash;
  readonly inboxCount: number;
  readonly validatorSetHash: Hash;
  readonly nextValidatorSetHash: Hash;
}

const CHECKPOINT_TYPE_HASH = typeHash(
  "Checkpoint(uint64 height,uint32 round,uint64 timestamp,bytes32 blockHash,bytes32 stateRoot,bytes32 outboxRoot,uint64 outboxCount,bytes32 inboxAcc,uint64 inboxCount,bytes32 validatorSetHash,bytes32 nextValidatorSetHash)",
);

export function checkpointStructHash(c: Checkpoint): Hash {
  return structHash(CHECKPOINT_TYPE_HASH, [
    word(c.height),
    word(c.round),
    word(c.timestamp),
    c.blockHash,
    c.stateRoot,
    c.outboxRoot,
    word(c.outboxCount),
    c.inboxAcc,
    word(c.inboxCount),
    c.validatorSetHash,
    c.nextValidatorSetHash,
  ]);
}

/** The digest of the commit seal. */
export function checkpointDigest(domain: SigningDomain, checkpoint: Checkpoint): Hash {
  return typedDataDigest(domain, checkpointStructHash(checkpoint));
}

/** Byte-identical checkpoints, as C3 asks before counting two COMMITs together. */
export function checkpointsEqual(a: Checkpoint, b: Checkpoint): boolean {
  return a.round === b.round && !checkpointsConflict(a, b) && a.height === b.height;
}

/** F2 at one height: equal height and any field other than `round` different; or a lower height with a time not lower. */
export function checkpointsConflict(a: Checkpoint, b: Checkpoint): boolean {
  if (a.height !== b.height)
    return a.height < b.height ? a.timestamp >= b.timestamp : b.timestamp >= a.timestamp;
  return (
    a.timestamp !== b.timestamp ||
    a.blockHash !== b.blockHash ||
    a.stateRoot !== b.stateRoot ||
    a.outboxRoot !== b.outboxRoot ||
    a.outboxCount !== b.outboxCount ||
    a.inboxAcc !== b.inboxAcc ||
    a.inboxCount !== b.inboxCount ||
    a.validatorSetHash !== b.validatorSetHash ||
    a.nextValidatorSetHash !== b.nextValidatorSetHash
  );
}
