import type { Address, Hash } from "@causeway/protocol/hex";
import { fromHex, toHex } from "../../codec/hex.js";
import { keccak256 } from "../../crypto/nativeCrypto.js";

/** keccak256(parentHash ++ coinbase): PREVRANDAO varies, but is no randomness (H1). */
export function mixHash(parentHash: Hash, coinbase: Address): Hash {
  return toHex(keccak256(Buffer.concat([fromHex(parentHash), fromHex(coinbase)])));
}
