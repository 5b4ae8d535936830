import type { Receipt } from "@causeway/chain/types/receipt";
import { formatLog } from "./log.js";
import { quantity } from "./quantity.js";

/** The receipt object; `root` stands for `status` before Byzantium, the blob fields are those of type 3. */
export function formatReceipt(receipt: Receipt) {
  return {
    ...blobFields(receipt),
    blockHash: receipt.blockHash,
    blockNumber: quantity(receipt.blockNumber),
    contractAddress: receipt.contractAddress,
    cumulativeGasUsed: quantity(receipt.cumulativeGasUsed),
    effectiveGasPrice: quantity(receipt.effectiveGasPrice),
    from: receipt.from,
    gasUsed: quantity(receipt.gasUsed),
    logs: receipt.logs.map(formatLog),
    logsBloom: receipt.logsBloom,
    ...(receipt.status === null ? { root: receipt.root } : { status: quantity(receipt.status) }),
    to: receipt.to,
    transactionHash: receipt.transactionHash,
    transactionIndex: quantity(receipt.transactionIndex),
    type: quantity(receipt.type),
  };
}

function blobFields({ blobGasUsed, blobGasPrice }: Receipt) {
  if (blobGasUsed === null || blobGasPrice === null) return {};
  return { blobGasPrice: quantity(blobGasPrice), blobGasUsed: quantity(blobGasUsed) };
}
