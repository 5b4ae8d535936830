export interface PoolLimits {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  readonly senderMax: number;
}

/** Bounds of the pool. A full pool evicts, the cheapest first, or refuses. */
export const POOL_LIMITS: PoolLimits = {
  transactionsMax: 16_384,
  bytesMax: 64 * 1_024 * 1_024,
  senderMax: 2_048,
};
/** H6: where gas is free, this bound is the defence against spam. */
export const FREE_GAS_SENDER_TRANSACTIONS_MAX = 64;
/** A transaction further ahead of its sender's nonce than this is refused. */
export const NONCE_GAP_MAX = 2_048n;
/** geth's txMaxSize, in bytes. */
export const TRANSACTION_BYTES_MAX = 128 * 1_024;
/** A replacement must raise both fee caps by this many percent. */
export const PRICE_BUMP_PERCENT = 10n;
/** One eviction takes a transaction of one sender in so many, so that not every newcomer searches the pool. */
export const EVICTION_SHARE = 64;
/** C14: how long a transaction waits before it calls for a block, in milliseconds. */
export const WAITING_MS = 1_000;
