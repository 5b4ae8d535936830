import type { Address } from "@causeway/protocol/hex";
import { BridgeError } from "../bridgeError.js";
import type { RpcLog } from "../messages/decodeMessageSent.js";
import { quantity, type RpcReader } from "./rpcReader.js";

/** Most blocks asked for in one eth_getLogs: larger ranges come back empty or cut short without a word on some nodes. */
export const LOG_RANGE_BLOCKS = 2_000;

/** What eth_getLogs looks for. */
export interface LogFilter {
  readonly address: Address;
  readonly topics: readonly unknown[];
}

/**
 * Logs of one range of blocks. Whoever fills a range with more than a node gives out, or this library takes, in one
 * answer only makes it be asked for in halves: otherwise a few thousand cheap messages would stop every reader for good.
 * @throws {BridgeError} RpcMalformed; RpcRefused or AnswerTooLarge when a single block is too much.
 */
export async function readLogs(
  reader: RpcReader,
  filter: LogFilter,
  fromBlock: number,
  toBlock: number,
): Promise<readonly RpcLog[]> {
  try {
    return await readRange(reader, filter, fromBlock, toBlock);
  } catch (error) {
    if (fromBlock >= toBlock || !asksForLess(error)) throw error;
    const middle = Math.floor((fromBlock + toBlock) / 2);
    const lower = await readLogs(reader, filter, fromBlock, middle);
    return [...lower, ...(await readLogs(reader, filter, middle + 1, toBlock))];
  }
}

function asksForLess(error: unknown): boolean {
  return error instanceof BridgeError && (error.code === "RpcRefused" || error.code === "AnswerTooLarge");
}

async function readRange(
  reader: RpcReader,
  filter: LogFilter,
  fromBlock: number,
  toBlock: number,
): Promise<readonly RpcLog[]> {
  const range = { fromBlock: quantity(fromBlock), toBlock: quantity(toBlock) };
  const logs = await reader.send("eth_getLogs", [{ ...filter, ...range }]);
  if (Array.isArray(logs)) return logs as RpcLog[];
  throw new BridgeError(
    { code: "RpcMalformed", method: "eth_getLogs", field: "result" },
    "eth_getLogs: the answer is not a list",
  );
}

/** The newest log, from `toBlock` backwards down to `fromBlock`, that `pick` takes; null when there is none. */
export async function findLog<T>(
  reader: RpcReader,
  filter: LogFilter,
  toBlock: number,
  pick: (log: RpcLog) => Promise<T | null>,
  fromBlock = 0,
): Promise<T | null> {
  for (let to = toBlock; to >= fromBlock; to -= LOG_RANGE_BLOCKS) {
    const logs = await readLogs(reader, filter, Math.max(fromBlock, to - LOG_RANGE_BLOCKS + 1), to);
    for (const log of logs.toReversed()) {
      const found = await pick(log);
      if (found !== null) return found;
    }
  }
  return null;
}
