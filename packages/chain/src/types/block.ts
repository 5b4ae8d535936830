import type { Header, Withdrawal } from "./header.js";
import type { Transaction } from "./transaction.js";

export interface FullBlock {
  readonly header: Header;
  readonly transactions: readonly Transaction[];
  /** Headers of the ommers; none since the merge. */
  readonly ommers: readonly Header[];
  /** null before Shanghai. */
  readonly withdrawals: readonly Withdrawal[] | null;
  /** Bytes of the RLP block. */
  readonly size: number;
}
