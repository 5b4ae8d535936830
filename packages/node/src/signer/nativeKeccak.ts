import { nativeCryptoLoaded, keccak256 as nativeKeccak256 } from "@causeway/chain/crypto/nativeCrypto";
import { keccak256 } from "ethers";

/** Let ethers hash natively, some times faster than in JavaScript: every consensus message takes three to four hashes. */
export function useNativeKeccak(): void {
  if (nativeCryptoLoaded.keccak) keccak256.register(nativeKeccak256);
}
