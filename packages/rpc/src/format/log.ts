import type { Log } from "@causeway/chain/types/receipt";
import { quantity } from "./quantity.js";

/** `removed` is always false: blocks are final (F1). */
export function formatLog(log: Log) {
  return {
    address: log.address,
    topics: log.topics,
    data: log.data,
    blockNumber: quantity(log.blockNumber),
    transactionHash: log.transactionHash,
    transactionIndex: quantity(log.transactionIndex),
    blockHash: log.blockHash,
    blockTimestamp: quantity(log.blockTimestamp),
    logIndex: quantity(log.logIndex),
    removed: false,
  };
}
