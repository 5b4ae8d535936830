import type { Log } from "@causeway/chain/types/receipt";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { heightOf } from "../lookup/blockResolver.js";
import type { LogCriteria } from "../params/logCriteria.js";
import { invalidParams, limitExceeded, serverError } from "../rpcError.js";

/** Blocks read between two looks at clock and size: few, since each may hold megabytes of logs. */
const BLOCKS_PER_STEP = 16;

/** JSON of a log without data and topics, and of a topic. */
const LOG_BYTES = 420;
const TOPIC_BYTES = 69;

export interface HeightRange {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/**
 * Answer eth_getLogs.
 * @throws RpcError -32602 in geth's words for a range that is reversed or reaches beyond the head, -32005 for one beyond
 *   the server's limits.
 */
export async function queryLogs(context: RpcContext, criteria: LogCriteria): Promise<readonly Log[]> {
  const range = await rangeOf(context, criteria);
  const blocks = range.toBlock - range.fromBlock + 1;
  const { limits } = context;
  if (blocks > limits.logBlocksMax) {
    throw limitExceeded(
      `query spans ${blocks} blocks, ${limitText(limits, "logBlocksMax")}: ask for a narrower range`,
    );
  }
  const { logs, rest } = await firstLogs(context, criteria, range);
  if (rest !== null) {
    const tooMuch = rest.limit === "logEntriesMax" ? "more" : "too much data";
    throw limitExceeded(
      `query returns ${tooMuch} by block ${rest.log.blockNumber}, ${limitText(limits, rest.limit)}: ask for a narrower range`,
    );
  }
  return logs;
}

/** What a range holds, as far as one answer can. */
export interface FirstLogs {
  readonly logs: readonly Log[];
  /** The first log left out, and the limit that did it; null when `logs` are all. */
  readonly rest: { readonly limit: "logEntriesMax" | "responseBytesMax"; readonly log: Log } | null;
}

/**
 * The logs of `criteria` within a range that is known to lie in the chain, up to what one answer holds.
 * @param skipped of the first block's, how many to leave out.
 */
export async function firstLogs(
  { reader, limits, scope }: RpcContext,
  criteria: LogCriteria,
  { fromBlock, toBlock }: HeightRange,
  skipped = 0,
): Promise<FirstLogs> {
  const { addresses, topics } = criteria;
  const logs: Log[] = [];
  let bytes = 0;
  for (let first = fromBlock; first <= toBlock; first += BLOCKS_PER_STEP) {
    await scope.step();
    const last = Math.min(first + BLOCKS_PER_STEP - 1, toBlock);
    const skip = first === fromBlock ? skipped : 0;
    const wanted = skip + limits.logEntriesMax - logs.length + 1;
    const found = await reader.logs({ fromBlock: first, toBlock: last, addresses, topics }, wanted);
    for (const log of found.slice(skip)) {
      bytes += bytesOf(log);
      if (logs.length === limits.logEntriesMax) return { logs, rest: { limit: "logEntriesMax", log } };
      if (bytes > limits.responseBytesMax) return { logs, rest: { limit: "responseBytesMax", log } };
      logs.push(log);
    }
  }
  return { logs, rest: null };
}

/** Of its JSON, a little more than it will be. */
function bytesOf({ data, topics }: Log): number {
  return LOG_BYTES + data.length + topics.length * TOPIC_BYTES;
}

async function rangeOf(context: RpcContext, criteria: LogCriteria): Promise<HeightRange> {
  if (criteria.blockHash !== null) {
    const header = await context.reader.header(criteria.blockHash);
    if (header === null) throw serverError("unknown block");
    return { fromBlock: header.number, toBlock: header.number };
  }
  const fromBlock = heightOf(context, criteria.fromBlock ?? "latest");
  const toBlock = heightOf(context, criteria.toBlock ?? "latest");
  const head = context.reader.headNumber();
  if (fromBlock > head || toBlock > head)
    throw invalidParams("block range extends beyond current head block");
  if (fromBlock > toBlock) throw invalidParams("invalid block range params");
  return { fromBlock, toBlock };
}
