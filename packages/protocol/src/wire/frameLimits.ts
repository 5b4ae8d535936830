import { MAX_VALIDATORS } from "../validatorSet.js";

/** Largest `maxBlockBytes` a chain may set (X7), and so the largest block anybody decodes. */
export const BLOCK_BYTES_MAX = 8 * 1024 * 1024;
/** A signed PREPARE inside a justification: list 3, height 8, round 5, hash 33, signature 67. */
export const PREPARE_BYTES_MAX = 116;
/** A bare signed ROUND-CHANGE: list 3, height 8, rounds 5 each, hash 33, signature 67. */
export const ROUND_CHANGE_BYTES_MAX = 121;
/** Code, list prefixes and the signed payload around block and justification. */
export const MESSAGE_OVERHEAD_BYTES = 256;
/** A certificate of 64 seals: checkpoint 7 hashes and 5 integers, bitmap, seals of 67. */
export const CERTIFICATE_BYTES_MAX = 512 + 67 * MAX_VALIDATORS;
/** Hello and its proof are small and sent before a peer is known. */
export const HELLO_BYTES_MAX = 512;
/** A sync request is a code and two integers or a hash. */
export const SYNC_REQUEST_BYTES_MAX = 64;
/** Blocks in one answer to a range request. */
export const SYNC_BLOCKS_MAX = 128;
/** A transaction as the pool and gossip take it, geth's limit. */
export const TRANSACTION_BYTES_MAX = 128 * 1024;
/** Pooled transactions in the answer to a peer that has just connected, and their bytes: about what a block holds. */
export const POOL_TRANSACTIONS_MAX = 1_024;
export const POOL_BYTES_MAX = 1024 * 1024;
/** That answer: each transaction behind an RLP prefix of at most four bytes. */
export const POOL_FRAME_BYTES_MAX = POOL_BYTES_MAX + 4 * POOL_TRANSACTIONS_MAX + MESSAGE_OVERHEAD_BYTES;
/** Header and certificate of a head announcement. */
export const HEAD_BYTES_MAX = 1_024 + CERTIFICATE_BYTES_MAX;

/**
 * N2: block bound + n · (ROUND-CHANGE + PREPARE), which holds a decided block with its certificate, too. n is the largest
 * there may be: whoever is behind knows an older set than the sender's.
 */
export function consensusFrameBytesMax(maxBlockBytes: number): number {
  const justification = MAX_VALIDATORS * (ROUND_CHANGE_BYTES_MAX + PREPARE_BYTES_MAX);
  return maxBlockBytes + MESSAGE_OVERHEAD_BYTES + justification;
}

/** Answer to a range request: one block of any size always fits, small ones share the frame. */
export function syncFrameBytesMax(maxBlockBytes: number): number {
  return maxBlockBytes + CERTIFICATE_BYTES_MAX + MESSAGE_OVERHEAD_BYTES;
}
