/** Digits of a nonce in a key: keys sort as nonces do up to the 2^32 messages of a tree. */
const NONCE_DIGITS = 10;

/** A nonce as the last part of a store key. */
export function nonceKey(nonce: number): string {
  return String(nonce).padStart(NONCE_DIGITS, "0");
}
