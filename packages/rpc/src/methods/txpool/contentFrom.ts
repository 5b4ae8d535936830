import type { Transaction } from "@causeway/chain/types/transaction";
import { formatTransaction } from "../../format/transaction.js";
import type { Json } from "../../json.js";
import { defineMethod } from "../../method.js";
import { address } from "../../params/hex.js";
import { poolContent } from "../../pool/poolContent.js";

/** One sender's transactions by decimal nonce. */
export const txpoolContentFrom = defineMethod("txpool_contentFrom", [address], async (context, sender) => {
  const { pending, queued } = await poolContent(context, sender);
  return { pending: byNonce(pending), queued: byNonce(queued) };
});

function byNonce(transactions: readonly Transaction[]): Json {
  return Object.fromEntries(
    transactions.map((transaction) => [transaction.nonce.toString(), formatTransaction(transaction, null)]),
  );
}
