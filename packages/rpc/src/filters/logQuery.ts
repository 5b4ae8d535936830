import type { Log } from "@causeway/chain/types/receipt";
import type { RpcContext } from "../context.js";
import { limitText } from "../limitFlags.js";
import { heightOf } from "../lookup/blockResolver.js";
import type { LogCriteria } from "../params/logCriteria.js";
import { invalidParams, limitExceeded, serverError } from "../rpcError.js";
import { firstLogs, type HeightRange } from "./firstLogs.js";

/**
 * Answer eth_getLogs.
 * @throws RpcError -32602 in geth's words for a range that is reversed or reaches beyond the head, -32005 for one beyond
 *   the server's limits.
 */
export async function queryLogs(context: RpcContext, criteria: LogCriteria): Promise<readonly Log[]> {
  const { limits } = context;
  const range = await rangeOf(context, criteria);
  const blocks = range.toBlock - range.fromBlock + 1;
  if (blocks > limits.logBlocksMax) {
    throw limitExceeded(
      `query spans ${blocks} blocks, ${limitText(limits, "logBlocksMax")}: ask for a narrower range`,
    );
  }
  // Of one block, which nobody can ask less of, as many as there are: so does reth.
  const entriesMax = blocks === 1 ? Number.POSITIVE_INFINITY : limits.logEntriesMax;
  const { logs, rest } = await firstLogs(context, criteria, range, {
    entriesMax,
    bytesMax: limits.responseBytesMax,
  });
  if (rest !== null) {
    const tooMuch = rest.limit === "logEntriesMax" ? "more" : "too much data";
    const advice =
      blocks === 1
        ? "narrow by address or topics, or read receipts by transaction"
        : "ask for a narrower range";
    throw limitExceeded(
      `query returns ${tooMuch} by block ${rest.height}, ${limitText(limits, rest.limit)}: ${advice}`,
    );
  }
  return logs;
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
