import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import { formatLog } from "../format/log.js";
import type { Json } from "../json.js";
import { heightOf } from "../lookup/blockResolver.js";
import { transactionObject } from "../lookup/findTransaction.js";
import { responseTooLarge } from "../server/responseTooLarge.js";
import type { Filter } from "./filterStore.js";
import { firstLogs } from "./logQuery.js";

/** What happened since the filter was last asked. What one answer cannot hold waits for the next. */
export async function filterChanges(context: RpcContext, filter: Filter): Promise<Json> {
  switch (filter.kind) {
    case "pending":
      return pooled(context, filter);
    case "blocks":
      return newHeights(context, filter, (from, head) => blockHashes(context, from, head));
    case "logs":
      return newHeights(context, filter, (from, head) => logChanges(context, filter, from, head));
  }
}

/** `answer` for the heights since the last poll. The filter moves on first, so that no two polls tell the same, and back on failure. */
async function newHeights(
  context: RpcContext,
  filter: Filter & { nextBlock: number },
  answer: (from: number, head: number) => Promise<Json>,
): Promise<Json> {
  const fromBlock = filter.nextBlock;
  const head = context.reader.headNumber();
  filter.nextBlock = Math.max(fromBlock, head + 1);
  try {
    return await answer(fromBlock, head);
  } catch (error) {
    filter.nextBlock = Math.min(filter.nextBlock, fromBlock);
    throw error;
  }
}

/** Only hashes are remembered: whole transactions are looked up, wherever they are by now. */
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
  filter: Filter & { kind: "logs" },
  next: number,
  head: number,
): Promise<Json> {
  const { criteria } = filter;
  const first = typeof criteria.fromBlock === "number" ? criteria.fromBlock : 0;
  const fromBlock = Math.max(next, first, filter.told.height);
  const toBlock = Math.min(head, heightOf(context, criteria.toBlock ?? "latest"));
  if (fromBlock > toBlock || criteria.blockHash !== null) return [];
  const toldBefore = filter.told.height === fromBlock ? filter.told.logs : 0;
  const { logs, rest } = await firstLogs(context, criteria, { fromBlock, toBlock }, toldBefore);
  if (rest !== null) {
    const height = rest.log.blockNumber;
    const told = logs.filter(({ blockNumber }) => blockNumber === height).length;
    // A log that fits into no answer is refused once, and the filter goes on after it.
    const refused = logs.length === 0 ? 1 : 0;
    filter.told = { height, logs: (height === fromBlock ? toldBefore : 0) + told + refused };
    filter.nextBlock = Math.min(filter.nextBlock, height);
    if (refused > 0) throw responseTooLarge(context.limits);
  }
  return logs.map(formatLog);
}
