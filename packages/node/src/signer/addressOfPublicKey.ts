import { type Address, toHex } from "@causeway/protocol/hex";
import { keccak256 } from "ethers";

/** Address of an uncompressed public key (65 bytes, 0x04 first). */
export function addressOfPublicKey(publicKey: Uint8Array): Address {
  return `0x${keccak256(toHex(publicKey.subarray(1))).slice(-40)}`;
}
