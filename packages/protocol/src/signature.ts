import { computeAddress, SigningKey } from "ethers";
import { type Address, type Hash, isHex, type Signature } from "./hex.js";

/** The signer of `digest`, or null when the signature recovers to nobody. */
export type Recover = (digest: Hash, signature: Signature) => Address | null;

const HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** 65 bytes, v 27 or 28, and s in the lower half: one signature has one encoding (C2). */
export function isCanonicalSignature(signature: unknown): signature is Signature {
  return isHex(signature, 65) && /(?:1b|1c)$/.test(signature) && !isHighS(signature);
}

export function isHighS(signature: Signature): boolean {
  return BigInt(`0x${signature.slice(66, 130)}`) > HALF_ORDER;
}

/** {@link Recover} in plain TypeScript, for browsers; nodes use native secp256k1. */
export const recoverWithEthers: Recover = (digest, signature) => {
  if (!isCanonicalSignature(signature)) return null;
  try {
    return computeAddress(SigningKey.recoverPublicKey(digest, signature)).toLowerCase() as Address;
  } catch {
    return null;
  }
};
