import type { Address } from "@causeway/protocol/hex";
import type { RpcContext } from "../../context.js";
import { formatTransaction } from "../../format/transaction.js";
import { defineMethod } from "../../method.js";
import { address, uint64 } from "../../params/hex.js";

/** From the chain, else from the pool; null where the nonce was used up by no transaction of the account's own. */
export const ethGetTransactionBySenderAndNonce = defineMethod(
  "eth_getTransactionBySenderAndNonce",
  [address, uint64],
  async (context, sender, nonce) => {
    const { reader, pool } = context;
    const height = await blockOfNonce(context, sender, nonce);
    const block = height === null ? null : await reader.block(height);
    if (block === null) {
      const { pending, queued } = await pool.content();
      const pooled = [...pending, ...queued].find((tx) => tx.from === sender && tx.nonce === nonce);
      return pooled === undefined ? null : formatTransaction(pooled, null);
    }
    const index = block.transactions.findIndex((tx) => tx.from === sender && tx.nonce === nonce);
    const transaction = block.transactions[index];
    return transaction === undefined ? null : formatTransaction(transaction, { header: block.header, index });
  },
);

/** First block after which the account's nonce is past `nonce`: nonces only rise, so halving finds it. */
async function blockOfNonce(
  { reader, scope }: RpcContext,
  sender: Address,
  nonce: bigint,
): Promise<number | null> {
  let high = reader.headNumber();
  if ((await reader.account(sender, high)).nonce <= nonce) return null;
  let low = reader.stateStart();
  // Where the nonce was used before any state that is left, the read says that it is not kept.
  if (low > 0 && (await reader.account(sender, low)).nonce > nonce) await reader.account(sender, low - 1);
  while (low < high) {
    await scope.step();
    const middle = Math.floor((low + high) / 2);
    if ((await reader.account(sender, middle)).nonce > nonce) high = middle;
    else low = middle + 1;
  }
  return high;
}
