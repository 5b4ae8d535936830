import type { HeadEvent } from "@causeway/chain/chainReader";
import type { Header } from "@causeway/chain/types/header";
import type { Log, Receipt } from "@causeway/chain/types/receipt";
import { formatHeader } from "../format/header.js";
import { formatLog } from "../format/log.js";
import { formatReceipt } from "../format/receipt.js";
import type { Notice } from "./notice.js";
import type { Subscription } from "./subscription.js";

const KINDS: ReadonlySet<Subscription["kind"]> = new Set(["newHeads", "logs", "transactionReceipts"]);
/** Of objects and their texts, without topics and data, whose digits are in both. */
const HEADER_BYTES = 4_000;
const RECEIPT_BYTES = 2_000;
const LOG_BYTES = 1_000;
const TOPIC_BYTES = 150;

/** A block was finalized. */
export class HeadNotice implements Notice {
  readonly kinds = KINDS;
  readonly bytes: number;
  readonly #header: Header;
  readonly #receipts: readonly Receipt[];
  #headerText: string | null = null;
  #receiptsText: string | null = null;
  #logs: readonly { readonly log: Log; text: string | null }[] | null = null;

  constructor({ block, receipts }: HeadEvent) {
    this.#header = block.header;
    this.#receipts = receipts;
    this.bytes = receipts.reduce((sum, receipt) => sum + bytesOf(receipt), HEADER_BYTES);
  }

  *results(subscription: Subscription): Generator<string> {
    switch (subscription.kind) {
      case "newHeads":
        this.#headerText ??= JSON.stringify(formatHeader(this.#header));
        return yield this.#headerText;
      case "logs":
        this.#logs ??= this.#receipts.flatMap(({ logs }) => logs.map((log) => ({ log, text: null })));
        for (const entry of this.#logs) {
          if (!subscription.selector.matches(entry.log)) continue;
          entry.text ??= JSON.stringify(formatLog(entry.log));
          yield entry.text;
        }
        return;
      case "transactionReceipts":
        return yield* this.#receiptsOf(subscription.hashes);
      case "newPendingTransactions":
      case "syncing":
        return;
    }
  }

  *#receiptsOf(hashes: ReadonlySet<string> | null): Generator<string> {
    const wanted =
      hashes === null
        ? this.#receipts
        : this.#receipts.filter(({ transactionHash }) => hashes.has(transactionHash));
    if (wanted.length === 0) return;
    if (wanted.length < this.#receipts.length) return yield JSON.stringify(wanted.map(formatReceipt));
    this.#receiptsText ??= JSON.stringify(wanted.map(formatReceipt));
    yield this.#receiptsText;
  }
}

function bytesOf({ logs }: Receipt): number {
  return logs.reduce(
    (sum, { topics, data }) => sum + LOG_BYTES + TOPIC_BYTES * topics.length + 2 * data.length,
    RECEIPT_BYTES,
  );
}
