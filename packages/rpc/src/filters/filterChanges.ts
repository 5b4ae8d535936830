import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { formatLog } from "../format/log.js";
import type { Json } from "../json.js";
import { heightOf } from "../lookup/blockResolver.js";
import { transactionObject } from "../lookup/findTransaction.js";
import type { Filter } from "./filterStore.js";
import { logsIn } from "./logQuery.js";

/** What happened since the filter was last asked. Its place in the chain moves first, so that no two polls tell the same, and back on failure. */
export async function filterChanges(context: RpcContext, filter: Filter): Promise<Json> {
  if (filter.kind === "pending") return pooled(context, filter);
  const fromBlock = filter.nextBlock;
  const head = context.reader.headNumber();
  filter.nextBlock = Math.max(fromBlock, head + 1);
  try {
    if (filter.kind === "blocks") return await blockHashes(context, fromBlock, head);
    return await logChanges(context, filter, fromBlock, head);
  } catch (error) {
    filter.nextBlock = Math.min(filter.nextBlock, fromBlock);
    throw error;
  }
}

/** Only hashes are remembered: whole transactions are looked up, wherever they are by now. What one answer cannot hold waits for the next. */
async function pooled(context: RpcContext, filter: Filter & { kind: "pending" }): Promise<Json> {
  const hashes = filter.hashes.splice(0);
  if (!filter.full) return hashes;
  const transactions: Json[] = [];
  let looked = 0;
  try {
    for (let chars = 0; looked < hashes.length && chars < context.limits.responseBytesMax / 2; looked++) {
      await context.scope.step();
      const transaction = await transactionObject(context, hashes[looked] as Hash);
      if (transaction === null) continue;
      chars += JSON.stringify(transaction).length;
      transactions.push(transaction);
    }
  } catch (error) {
    looked = 0;
    throw error;
  } finally {
    filter.hashes.unshift(...hashes.slice(looked));
  }
  return transactions;
}

async function blockHashes(
  { reader, limits, scope }: RpcContext,
  from: number,
  head: number,
): Promise<Hash[]> {
  const hashes: Hash[] = [];
  const first = Math.max(from, head - limits.filterHashesMax + 1);
  for (let height = first; height <= head; height++) {
    await scope.step();
    const header = await reader.header(height);
    if (header !== null) hashes.push(header.hash);
  }
  return hashes;
}

async function logChanges(
  context: RpcContext,
  { criteria }: Filter & { kind: "logs" },
  next: number,
  head: number,
): Promise<Json> {
  const first = typeof criteria.fromBlock === "number" ? criteria.fromBlock : 0;
  const last = heightOf(context, criteria.toBlock ?? "latest");
  const fromBlock = Math.max(next, first);
  const toBlock = Math.min(head, last);
  if (fromBlock > toBlock || criteria.blockHash !== null) return [];
  return (await logsIn(context, criteria, { fromBlock, toBlock })).map(formatLog);
}
