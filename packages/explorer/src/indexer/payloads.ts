import type { Hex } from "@causeway/protocol/hex";
import type { BlockPayload, TransactionPayload } from "../feed/feedProtocol.js";
import type { BlockJson, ReceiptJson, TransactionJson } from "./chainTypes.js";
import type { FetchedBlock } from "./fetchBlock.js";
import { methodName } from "./methodName.js";

/** `block.add` of a verified block. */
export function blockPayload({ block, certificate }: FetchedBlock): BlockPayload {
  const { transactions, baseFeePerGas, ...header } = block;
  return {
    ...header,
    ...(baseFeePerGas === undefined ? {} : { baseFeePerGas }),
    transactionCount: transactions.length,
    certificate,
  };
}

const SELECTOR_BYTES = 4;

/** `tx.included` of one of its transactions. */
export function transactionPayload(
  block: BlockJson,
  tx: TransactionJson,
  receipt: ReceiptJson,
): TransactionPayload {
  const inputBytes = tx.input.length / 2 - 1;
  const selector = inputBytes >= SELECTOR_BYTES ? (tx.input.slice(0, 2 + 2 * SELECTOR_BYTES) as Hex) : null;
  return {
    hash: tx.hash,
    blockNumber: block.number,
    blockHash: block.hash,
    blockTimestamp: block.timestamp,
    transactionIndex: tx.transactionIndex,
    from: tx.from,
    to: tx.to ?? null,
    value: tx.value,
    nonce: tx.nonce,
    type: tx.type,
    selector,
    method: methodName(tx.to ?? null, selector),
    inputBytes,
    status: receipt.status,
    gasUsed: receipt.gasUsed,
    effectiveGasPrice: receipt.effectiveGasPrice,
    contractAddress: receipt.contractAddress ?? null,
  };
}
