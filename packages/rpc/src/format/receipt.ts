import type { Receipt } from "@causeway/chain/chainReader";
import { formatLog } from "./log.js";
import { quantity } from "./quantity.js";

export function formatReceipt(receipt: Receipt) {
  return {
    blockHash: receipt.blockHash,
    blockNumber: quantity(receipt.blockNumber),
    contractAddress: receipt.contractAddress,
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    from: receipt.from,
    gasUsed: quantity(receipt.gasUsed),
    logs: receipt.logs.map(formatLog),
    logsBloom: receipt.logsBloom,
    status: quantity(receipt.status),
    to: receipt.to,
    transactionHash: receipt.transactionHash,
    transactionIndex: quantity(receipt.transactionIndex),
    type: quantity(receipt.type),
  };
}
