export interface PoolLimits {
  readonly transactionsMax: number;
  readonly bytesMax: number;
  readonly senderMax: number;
  /** Transactions behind a gap, of one sender: they cost nothing while the gap is open. */
  readonly senderQueuedMax: number;
  /** Transactions behind a gap, of all senders. */
  readonly queuedMax: number;
}

/** Bounds of the pool; geth's for what waits behind a gap. A full pool evicts, the cheapest first, or refuses. */
export const POOL_LIMITS: PoolLimits = {
  transactionsMax: 16_384,
  bytesMax: 64 * 1_024 * 1_024,
  senderMax: 2_048,
  senderQueuedMax: 64,
  queuedMax: 1_024,
};
/** A delegated account's balance and nonce can be moved by anybody (EIP-7702): geth's bound on what that may undo. */
export const DELEGATED_SENDER_TRANSACTIONS_MAX = 1;
/** A fee cap must reach this part of the next base fee, which some five empty blocks come down to. */
export const BASE_FEE_SHARE = 2n;
/** H6: where gas is free, this bound is the defence against spam. */
export const FREE_GAS_SENDER_TRANSACTIONS_MAX = 64;
/** A transaction further ahead of its sender's nonce than this is refused. */
export const NONCE_GAP_MAX = 2_048n;
/** geth's txMaxSize, in bytes. */
export const TRANSACTION_BYTES_MAX = 128 * 1_024;
/** A replacement must raise both fee caps by this many percent. */
export const PRICE_BUMP_PERCENT = 10n;
/** geth's lifetime: a sender whose transactions have waited behind a gap for so long, and got none more, loses them. */
export const QUEUED_LIFETIME_MS = 3 * 60 * 60 * 1_000;
/** C14: how long a transaction waits before it calls for a block, in milliseconds. */
export const WAITING_MS = 1_000;
