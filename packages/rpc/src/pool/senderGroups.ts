import type { Transaction } from "@causeway/chain/types/transaction";
import { getAddress } from "ethers";
import type { Json } from "../json.js";

/** Transactions by sender (checksummed, as geth's txpool shows them), then by decimal nonce. */
export function senderGroups(
  transactions: readonly Transaction[],
  show: (transaction: Transaction) => Json,
): { readonly [sender: string]: { readonly [nonce: string]: Json } } {
  const groups: Record<string, Record<string, Json>> = {};
  for (const transaction of transactions) {
    const sender = getAddress(transaction.from);
    groups[sender] ??= {};
    groups[sender][transaction.nonce.toString()] = show(transaction);
  }
  return groups;
}
