import type { Checkpoint } from "../checkpoint.js";
import { fromHex } from "../hex.js";
import { ROUND_MAX, readFixed, readInteger, readTuple } from "./readField.js";
import type { RlpItem } from "./rlpItem.js";

/** Fields in the order of the EIP-712 type (C3). */
export function checkpointFields(c: Checkpoint): (number | Uint8Array)[] {
  return [
    c.height,
    c.round,
    c.timestamp,
    fromHex(c.blockHash),
    fromHex(c.stateRoot),
    fromHex(c.outboxRoot),
    c.outboxCount,
    fromHex(c.inboxAcc),
    c.inboxCount,
    fromHex(c.validatorSetHash),
    fromHex(c.nextValidatorSetHash),
  ];
}

/** @throws {WireError} */
export function readCheckpoint(item: RlpItem, field: string): Checkpoint {
  const f = readTuple(item, field, 11);
  return {
    height: readInteger(f[0], `${field}.height`),
    round: readInteger(f[1], `${field}.round`, ROUND_MAX),
    timestamp: readInteger(f[2], `${field}.timestamp`),
    blockHash: readFixed(f[3], `${field}.blockHash`, 32),
    stateRoot: readFixed(f[4], `${field}.stateRoot`, 32),
    outboxRoot: readFixed(f[5], `${field}.outboxRoot`, 32),
    outboxCount: readInteger(f[6], `${field}.outboxCount`),
    inboxAcc: readFixed(f[7], `${field}.inboxAcc`, 32),
    inboxCount: readInteger(f[8], `${field}.inboxCount`),
    validatorSetHash: readFixed(f[9], `${field}.validatorSetHash`, 32),
    nextValidatorSetHash: readFixed(f[10], `${field}.nextValidatorSetHash`, 32),
  };
}
