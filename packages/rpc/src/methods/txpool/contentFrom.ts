import type { Transaction } from "@causeway/chain/chainReader";
import { formatTransaction } from "../../format/transaction.js";
import type { Json } from "../../json.js";
import { defineMethod } from "../../method.js";
import { address } from "../../params/hex.js";

/** One sender's transactions by decimal nonce. */
export const txpoolContentFrom = defineMethod("txpool_contentFrom", [address], ({ pool }, sender) => {
  const byNonce = (transactions: readonly Transaction[]): Json =>
    Object.fromEntries(
      transactions
        .filter(({ from }) => from === sender)
        .map((transaction) => [transaction.nonce.toString(), formatTransaction(transaction, null)]),
    );
  const { pending, queued } = pool.content();
  return { pending: byNonce(pending), queued: byNonce(queued) };
});
