import type { Log } from "@causeway/chain/types/receipt";
import type { RpcContext } from "../context.js";
import type { LogCriteria } from "../params/logCriteria.js";

/** Blocks read between two looks at clock and size: few, since each may hold megabytes of logs. */
const BLOCKS_PER_STEP = 16;

/** JSON of a log without data and topics, and of a topic. */
const LOG_BYTES = 420;
const TOPIC_BYTES = 69;

export interface HeightRange {
  readonly fromBlock: number;
  readonly toBlock: number;
}

/** What one answer holds. */
export interface LogBounds {
  /** Logs of the first block to leave out. */
  readonly skipped?: number;
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Whether to leave the rest, once something was read. */
  readonly isOver?: () => boolean;
}

export interface FirstLogs {
  readonly logs: readonly Log[];
  /** The block that the first log left out may be in, and the limit that left it out; null when `logs` are all. */
  readonly rest: {
    readonly limit: "logEntriesMax" | "responseBytesMax" | "requestMsMax";
    readonly height: number;
  } | null;
}

/** The logs of `criteria` within a range that is known to lie in the chain, up to what one answer holds. */
export async function firstLogs(
  { reader, scope }: RpcContext,
  { addresses, topics }: LogCriteria,
  { fromBlock, toBlock }: HeightRange,
  { skipped = 0, entriesMax, bytesMax, isOver }: LogBounds,
): Promise<FirstLogs> {
  const logs: Log[] = [];
  let bytes = 0;
  for (let first = fromBlock; first <= toBlock; first += BLOCKS_PER_STEP) {
    if (first > fromBlock && isOver?.()) return { logs, rest: { limit: "requestMsMax", height: first } };
    await scope.step();
    const last = Math.min(first + BLOCKS_PER_STEP - 1, toBlock);
    const skip = first === fromBlock ? skipped : 0;
    const wanted = skip + entriesMax - logs.length + 1;
    const found = await reader.logs({ fromBlock: first, toBlock: last, addresses, topics }, wanted);
    for (const log of found.slice(skip)) {
      const height = log.blockNumber;
      bytes += bytesOf(log);
      if (logs.length === entriesMax) return { logs, rest: { limit: "logEntriesMax", height } };
      if (bytes > bytesMax) return { logs, rest: { limit: "responseBytesMax", height } };
      logs.push(log);
    }
  }
  return { logs, rest: null };
}

/** Of its JSON, a little more than it will be. */
function bytesOf({ data, topics }: Log): number {
  return LOG_BYTES + data.length + topics.length * TOPIC_BYTES;
}
