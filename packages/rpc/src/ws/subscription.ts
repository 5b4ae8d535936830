import type { Hash } from "@causeway/protocol/hex";
import type { LogCriteria } from "../params/logCriteria.js";

/** What eth_subscribe can ask for. */
export type Subscription =
  | { readonly kind: "newHeads" }
  | { readonly kind: "logs"; readonly criteria: LogCriteria }
  | { readonly kind: "newPendingTransactions"; readonly full: boolean }
  | { readonly kind: "transactionReceipts"; readonly hashes: ReadonlySet<Hash> | null }
  | { readonly kind: "syncing" };
