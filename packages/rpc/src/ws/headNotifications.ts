import type { HeadEvent } from "@causeway/chain/chainReader";
import { formatHeader } from "../format/header.js";
import { formatLog } from "../format/log.js";
import { formatReceipt } from "../format/receipt.js";
import type { Subscription } from "./subscription.js";

/** Serialised results that a finalized block has for a subscription; what subscribers share is serialised once. */
export function headNotifications({
  block,
  receipts,
}: HeadEvent): (subscription: Subscription) => readonly string[] {
  let header: readonly string[] | null = null;
  const logs = receipts
    .flatMap((receipt) => receipt.logs)
    .map((log) => ({ log, json: JSON.stringify(formatLog(log)) }));
  return (subscription) => {
    switch (subscription.kind) {
      case "newHeads":
        header ??= [JSON.stringify(formatHeader(block.header))];
        return header;
      case "logs":
        return logs.filter(({ log }) => subscription.selector.matches(log)).map(({ json }) => json);
      case "transactionReceipts": {
        const { hashes } = subscription;
        const wanted = receipts.filter(
          ({ transactionHash }) => hashes === null || hashes.has(transactionHash),
        );
        return wanted.length === 0 ? [] : [JSON.stringify(wanted.map(formatReceipt))];
      }
      case "newPendingTransactions":
      case "syncing":
        return [];
    }
  };
}
