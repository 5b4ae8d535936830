import type { TransactionPlace } from "@causeway/chain/store/addressIndex";
import type { RpcContext } from "../context.js";
import { formatReceipt } from "../format/receipt.js";
import { formatTransaction } from "../format/transaction.js";
import type { Json } from "../json.js";
import { responseTooLarge } from "../server/responseTooLarge.js";

/** Characters of a transaction and its receipt besides input and logs. */
const ENTRY_CHARS = 2_500;
const LOG_CHARS = 600;

/** One page of an address's transactions as Otterscan wants it. @param places newest first. */
export async function otsSearchPage(
  { reader, scope, limits }: RpcContext,
  places: readonly TransactionPlace[],
  ends: { readonly firstPage: boolean; readonly lastPage: boolean },
): Promise<Json> {
  const txs: Json[] = [];
  const receipts: Json[] = [];
  let chars = 0;
  for (const { number, index } of places) {
    await scope.step();
    const block = await reader.block(number);
    const transaction = block?.transactions[index];
    const receipt = (await reader.receipts(number))?.[index];
    if (block === null || transaction === undefined || receipt === undefined) continue;
    const data = receipt.logs.reduce((sum, log) => sum + LOG_CHARS + log.data.length, 0);
    chars += ENTRY_CHARS + transaction.input.length + data;
    if (chars > limits.responseBytesMax) throw responseTooLarge(limits);
    txs.push(formatTransaction(transaction, { header: block.header, index }));
    receipts.push({ ...formatReceipt(receipt), timestamp: block.header.timestamp });
  }
  return { txs, receipts, ...ends };
}
