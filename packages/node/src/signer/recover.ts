import { fromHex } from "@causeway/protocol/hex";
import { isCanonicalSignature, type Recover } from "@causeway/protocol/signature";
import { addressOfPublicKey } from "./addressOfPublicKey.js";
import { secp256k1 } from "./nativeSecp256k1.js";

/** {@link Recover} on native secp256k1; null for any signature that is not 65 canonical low-s bytes (C2). */
export const recover: Recover = (digest, signature) => {
  if (!isCanonicalSignature(signature)) return null;
  const bytes = fromHex(signature);
  try {
    const publicKey = secp256k1.ecdsaRecover(
      bytes.subarray(0, 64),
      (bytes[64] ?? 0) - 27,
      fromHex(digest),
      false,
    );
    return addressOfPublicKey(publicKey);
  } catch {
    return null;
  }
};
