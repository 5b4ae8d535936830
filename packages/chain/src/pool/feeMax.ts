import { ZERO_ADDRESS } from "@causeway/protocol/hex";
import { assertTransactionShape } from "@causeway/protocol/transactionShape";
import { decodeWithSender } from "../codec/transaction.js";
import { TRANSACTION_BYTES_MAX } from "./poolLimits.js";

/**
 * The most wei that a raw transaction's gas may cost its sender; null for what is no transaction, which the pool refuses
 * in its own words.
 */
export function feeMax(raw: Uint8Array): bigint | null {
  if (raw.length > TRANSACTION_BYTES_MAX) return null;
  try {
    assertTransactionShape(raw);
    // No matter who sends it.
    const { gas, gasPrice, maxFeePerGas } = decodeWithSender(raw, ZERO_ADDRESS);
    return gas * (maxFeePerGas ?? gasPrice ?? 0n);
  } catch {
    return null;
  }
}
