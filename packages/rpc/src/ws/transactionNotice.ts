import type { Transaction } from "@causeway/chain/types/transaction";
import { formatTransaction } from "../format/transaction.js";
import type { Notice } from "./notice.js";
import type { Subscription } from "./subscription.js";

const KINDS: ReadonlySet<Subscription["kind"]> = new Set(["newPendingTransactions"]);
/** Of the object and its text, besides its bytes. */
const TRANSACTION_BYTES = 2_000;
/** The input is there as bytes, and as digits in the object and in the text. */
const BYTES_PER_RAW_BYTE = 5;

/** A transaction came into the pool. */
export class TransactionNotice implements Notice {
  readonly kinds = KINDS;
  readonly bytes: number;
  readonly #transaction: Transaction;
  #full: string | null = null;

  constructor(transaction: Transaction) {
    this.#transaction = transaction;
    this.bytes = TRANSACTION_BYTES + BYTES_PER_RAW_BYTE * transaction.raw.length;
  }

  *results(subscription: Subscription): Generator<string> {
    if (subscription.kind !== "newPendingTransactions") return;
    if (!subscription.full) return yield JSON.stringify(this.#transaction.hash);
    this.#full ??= JSON.stringify(formatTransaction(this.#transaction, null));
    yield this.#full;
  }
}
