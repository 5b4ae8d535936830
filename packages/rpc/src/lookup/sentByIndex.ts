import { isChainError } from "@causeway/chain/chainError";
import type { FullBlock } from "@causeway/chain/types/block";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { Address } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { type Sent, sentIn } from "./sentIn.js";

/** Read at one time of the transactions an address took part in. */
const PAGE_PLACES = 25;

/**
 * The transaction that used up a nonce before block `end`, by the index of addresses and without any state: a sender's nonces
 * only rise, so halving finds it.
 * @throws ChainError "HistoryMissing" where it is not found and the index begins later than the chain.
 */
export async function sentByIndex(
  context: RpcContext,
  sender: Address,
  nonce: bigint,
  end: number,
): Promise<Sent | null> {
  let [low, high] = [0, end];
  let missing: unknown = null;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const newest = await newestSent(context, sender, low, middle + 1).catch((error: unknown) => {
      if (!isChainError(error) || error.code !== "HistoryMissing") throw error;
      missing = error;
      return null;
    });
    const found = newest === null ? null : sentIn(newest.block, sender, nonce);
    if (found !== null) return found;
    if (newest === null || newest.transaction.nonce < nonce) low = middle + 1;
    else high = newest.block.header.number;
  }
  if (missing !== null) throw missing;
  return null;
}

/** The newest that the account itself sent in blocks from `start` to below `end`; it took part in more than it sent. */
async function newestSent(
  { reader, scope }: RpcContext,
  sender: Address,
  start: number,
  end: number,
): Promise<{ readonly block: FullBlock; readonly transaction: Transaction } | null> {
  for (let before = end, more = true; more && before > start; ) {
    const page = await reader.appearances(sender, before, "before", PAGE_PLACES);
    for (const { number, index } of page.places) {
      if (number < start) return null;
      await scope.step();
      const block = await reader.block(number);
      const transaction = block?.transactions[index];
      if (block !== null && transaction?.from === sender) return { block, transaction };
    }
    before = page.places.at(-1)?.number ?? start;
    more = page.more;
  }
  return null;
}
