import { fromHex, type Hex } from "@causeway/protocol/hex";
import { KeyRing } from "../../src/signer/keyRing.js";

/** A throw-away private key, equal for equal `i`. */
export function testKey(i: number): Uint8Array {
  return fromHex(`0x${(0xc0ffee00 + i).toString(16).padStart(64, "0")}` as Hex);
}

/** Rings of one key each, ascending by address. */
export function testKeyRings(count: number): KeyRing[] {
  const rings = Array.from({ length: count }, (_, i) => new KeyRing([testKey(i)]));
  return rings.sort((a, b) => ((a.addresses[0] ?? "") < (b.addresses[0] ?? "") ? -1 : 1));
}
