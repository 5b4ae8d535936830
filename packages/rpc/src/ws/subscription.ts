import type { Hash } from "@causeway/protocol/hex";
import type { LogSelector } from "./logSelector.js";

/** What eth_subscribe can ask for. */
export type Subscription =
  | { readonly kind: "newHeads" }
  | { readonly kind: "logs"; readonly selector: LogSelector }
  | { readonly kind: "newPendingTransactions"; readonly full: boolean }
  | { readonly kind: "transactionReceipts"; readonly hashes: ReadonlySet<Hash> | null }
  | { readonly kind: "syncing" };

/** Addresses, topics and hashes that a subscription keeps in memory and looks through. */
export function watchedBy(subscription: Subscription): number {
  switch (subscription.kind) {
    case "logs":
      return subscription.selector.size;
    case "transactionReceipts":
      return subscription.hashes?.size ?? 0;
    default:
      return 0;
  }
}
