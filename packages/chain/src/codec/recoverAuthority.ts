import type { Address } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { keccak256, nativeCrypto } from "../crypto/nativeCrypto.js";
import type { Authorization } from "../types/transaction.js";
import { fromHex, toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

/** EIP-7702's domain byte. */
const MAGIC = 0x05;

/** Who signed an authorization; null when nobody did. */
export function recoverAuthority({ chainId, address, nonce, yParity, r, s }: Authorization): Address | null {
  // An authorization has no other encoding of its parity, whatever a recovery takes.
  if (yParity > 1n) return null;
  const payload = RLP.encode([integerBytes(chainId), fromHex(address), integerBytes(nonce)]);
  const digest = keccak256(Buffer.concat([Uint8Array.of(MAGIC), payload]));
  try {
    const publicKey = nativeCrypto.ecrecover(digest, yParity, integerBytes(r), integerBytes(s));
    return toHex(keccak256(publicKey).subarray(12));
  } catch {
    return null;
  }
}
