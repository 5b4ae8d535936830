import type { Hash } from "@causeway/protocol/hex";

/** Hashes of finalized blocks by number, for BLOCKHASH; null for what does not exist. */
export type BlockHashes = (number: number) => Promise<Hash | null>;
