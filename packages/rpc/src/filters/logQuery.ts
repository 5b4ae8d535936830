import type { Log } from "@causeway/chain/types/receipt";
import { CausewayError } from "@causeway/protocol/errors";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { heightOf } from "../lookup/blockResolver.js";
import type { LogCriteria } from "../params/logCriteria.js";
import { invalidParams, limitExceeded, serverError } from "../rpcError.js";

/** Blocks read between two looks at clock and size: few, since each may hold megabytes of logs. */
const BLOCKS_PER_STEP = 16;

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
  return logsIn(context, criteria, await rangeOf(context, criteria));
}

/** The logs of `criteria` within a range that is known to lie in the chain. */
export async function logsIn(
  context: RpcContext,
  criteria: LogCriteria,
  { fromBlock, toBlock }: HeightRange,
): Promise<readonly Log[]> {
  const { limits, scope } = context;
  const blocks = toBlock - fromBlock + 1;
  if (blocks > limits.logBlocksMax) {
    throw limitExceeded(
      `query spans ${blocks} blocks, ${limitText(limits, "logBlocksMax")}: ask for a narrower range`,
    );
  }
  const logs: Log[] = [];
  let bytes = 0;
  for (let first = fromBlock; first <= toBlock; first += BLOCKS_PER_STEP) {
    await scope.step();
    const last = Math.min(first + BLOCKS_PER_STEP - 1, toBlock);
    const found = await logsOfStep(context, criteria, first, last, limits.logEntriesMax - logs.length);
    bytes += found.reduce((sum, { data }) => sum + data.length, 0);
    if (bytes > limits.responseBytesMax) {
      throw limitExceeded(
        `query returns too much data by block ${last}, ${limitText(limits, "responseBytesMax")}: ask for a narrower range`,
      );
    }
    logs.push(...found);
  }
  return logs;
}

async function logsOfStep(
  { reader, limits }: RpcContext,
  { addresses, topics }: LogCriteria,
  fromBlock: number,
  toBlock: number,
  limit: number,
): Promise<readonly Log[]> {
  try {
    return await reader.logs({ fromBlock, toBlock, addresses, topics }, limit);
  } catch (error) {
    if (error instanceof CausewayError && error.code === "LogLimit") {
      throw limitExceeded(
        `query returns more by block ${toBlock}, ${limitText(limits, "logEntriesMax")}: ask for a narrower range`,
      );
    }
    throw error;
  }
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
