import { hexToBytes } from "@ethereumjs/util";
import type { BlockHashes } from "../blockHashes.js";

/** What the EVM asks of a blockchain: hashes for BLOCKHASH, and nothing else. */
export function blockHashSource(hashes: BlockHashes) {
  return {
    async getBlock(number: number) {
      const hash = await hashes(number);
      return { hash: () => (hash === null ? new Uint8Array(32) : hexToBytes(hash)) };
    },
    async putBlock(): Promise<void> {
      throw new Error("the EVM writes no blocks");
    },
    shallowCopy() {
      return this;
    },
  };
}
