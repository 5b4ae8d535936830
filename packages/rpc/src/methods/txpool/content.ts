import type { Transaction } from "@causeway/chain/types/transaction";
import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { poolContent } from "../../pool/poolContent.js";
import { senderGroups } from "../../pool/senderGroups.js";

const show = (transaction: Transaction) => formatTransaction(transaction, null);

export const txpoolContent = defineMethod("txpool_content", [], async (context) => {
  const { pending, queued } = await poolContent(context);
  return { pending: senderGroups(pending, show), queued: senderGroups(queued, show) };
});
