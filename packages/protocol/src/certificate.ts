import { type Checkpoint, checkpointDigest } from "./checkpoint.js";
import type { SigningDomain } from "./eip712.js";
import { type Address, isHex, type Signature } from "./hex.js";
import { quorum } from "./quorum.js";
import { isHighS, type Recover } from "./signature.js";
import { type ValidatorSet, validatorSetHash } from "./validatorSet.js";

/** q commit seals over one checkpoint (C3, X2). Bit i of `signers`, lowest first, is the i-th of the ascending set; seals in that order. */
export interface Certificate {
  readonly checkpoint: Checkpoint;
  readonly signers: bigint;
  readonly seals: readonly Signature[];
}

/** Why a certificate does not hold; named as SidechainView names its errors. Lengths in bytes, `index` counts in the set. */
export type CertificateFault =
  | { readonly code: "WrongSet" }
  | { readonly code: "BadBitmap" }
  | { readonly code: "BadLength"; readonly have: number; readonly need: number }
  | { readonly code: "BelowQuorum"; readonly have: number; readonly need: number }
  | { readonly code: "HighS"; readonly index: number }
  | { readonly code: "SealMismatch"; readonly index: number };

/** r‖s‖v (X1). */
const SEAL_BYTES = 65;

/** @returns null when q distinct validators of `set` sealed the checkpoint, else the first fault. */
export function verifyCertificate(
  certificate: Certificate,
  set: ValidatorSet,
  domain: SigningDomain,
  recover: Recover,
): CertificateFault | null {
  const { checkpoint, signers, seals } = certificate;
  if (validatorSetHash(set) !== checkpoint.validatorSetHash) return { code: "WrongSet" };
  if (signers < 0n || signers >> BigInt(set.length) !== 0n) return { code: "BadBitmap" };
  const indices = signerIndices(signers, set.length);
  const have = seals.reduce((bytes, seal) => bytes + (seal.length - 2) / 2, 0);
  if (have !== SEAL_BYTES * indices.length)
    return { code: "BadLength", have, need: SEAL_BYTES * indices.length };
  const need = quorum(set.length);
  if (need === 0 || indices.length < need) return { code: "BelowQuorum", have: indices.length, need };
  const digest = checkpointDigest(domain, checkpoint);
  for (const [j, index] of indices.entries()) {
    const seal = seals[j];
    if (!isHex(seal, SEAL_BYTES)) return { code: "SealMismatch", index };
    if (isHighS(seal)) return { code: "HighS", index };
    if (recover(digest, seal) !== set[index]) return { code: "SealMismatch", index };
  }
  return null;
}

/** Positions of the set bits, ascending. */
export function signerIndices(signers: bigint, setSize: number): number[] {
  const indices: number[] = [];
  for (let i = 0; i < setSize; i++) if ((signers >> BigInt(i)) & 1n) indices.push(i);
  return indices;
}

/**
 * Assemble a certificate from seals by author.
 * @param seals author -> seal, all over `checkpoint`, all authors in `set`.
 */
export function assembleCertificate(
  checkpoint: Checkpoint,
  seals: ReadonlyMap<Address, Signature>,
  set: ValidatorSet,
): Certificate {
  let signers = 0n;
  const ordered: Signature[] = [];
  for (const [i, address] of set.entries()) {
    const seal = seals.get(address);
    if (seal === undefined) continue;
    signers |= 1n << BigInt(i);
    ordered.push(seal);
  }
  return { checkpoint, signers, seals: ordered };
}
