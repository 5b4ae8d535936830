import type { Block } from "@causeway/protocol/block";
import { assembleCertificate, type Certificate } from "@causeway/protocol/certificate";
import { type Checkpoint, checkpointDigest } from "@causeway/protocol/checkpoint";
import type { SigningDomain } from "@causeway/protocol/eip712";
import { type Address, ZERO_HASH } from "@causeway/protocol/hex";
import { validatorSetHash } from "@causeway/protocol/validatorSet";
import type { KeyRing } from "../../src/signer/keyRing.js";

/** The set of some key rings of one key each. */
export function setOf(rings: readonly KeyRing[]): Address[] {
  return rings.flatMap(({ addresses }) => [...addresses]).sort();
}

/** The checkpoint of a fake block on a chain without a bridge. */
export function checkpointOf(
  block: Block,
  rings: readonly KeyRing[],
  changes: Partial<Checkpoint> = {},
): Checkpoint {
  const setHash = validatorSetHash(setOf(rings));
  return {
    height: block.height,
    round: 0,
    timestamp: block.timestamp,
    blockHash: block.hash,
    stateRoot: block.stateRoot,
    outboxRoot: ZERO_HASH,
    outboxCount: 0,
    inboxAcc: ZERO_HASH,
    inboxCount: 0,
    validatorSetHash: setHash,
    nextValidatorSetHash: setHash,
    ...changes,
  };
}

/** Seals of `signers` (by default everybody) over a checkpoint, placed in the set of `rings`. */
export function certify(
  checkpoint: Checkpoint,
  domain: SigningDomain,
  rings: readonly KeyRing[],
  signers: readonly KeyRing[] = rings,
): Certificate {
  const digest = checkpointDigest(domain, checkpoint);
  const seals = signers.flatMap((ring) =>
    ring.addresses.map((address) => [address, ring.sign(address, digest)] as const),
  );
  return assembleCertificate(checkpoint, new Map(seals), setOf(rings));
}
