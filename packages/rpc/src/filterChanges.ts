import type { Hash } from "@causeway/protocol/hex";
import { heightOf } from "./blockResolver.js";
import type { RpcContext } from "./context.js";
import type { Filter } from "./filterStore.js";
import { formatLog } from "./format/log.js";
import type { Json } from "./json.js";
import { logsIn } from "./logQuery.js";

/** What happened since the filter was last asked; moves its place in the chain only once the answer is complete. */
export async function filterChanges(context: RpcContext, filter: Filter): Promise<Json> {
  if (filter.kind === "pending") return filter.hashes.splice(0);
  const fromBlock = filter.nextBlock;
  const head = context.reader.headNumber();
  const changes =
    filter.kind === "blocks"
      ? await blockHashes(context, fromBlock, head)
      : await logChanges(context, filter, fromBlock, head);
  filter.nextBlock = Math.max(filter.nextBlock, head + 1);
  return changes;
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
  const last = typeof criteria.toBlock === "number" ? criteria.toBlock : heightOf(context, "latest");
  const fromBlock = Math.max(next, first);
  const toBlock = Math.min(head, last);
  if (fromBlock > toBlock || criteria.blockHash !== null) return [];
  return (await logsIn(context, criteria, { fromBlock, toBlock })).map(formatLog);
}
