import type { CausewayConfig } from "@causeway/protocol/genesis";
import type { Header, Transaction } from "../chainReader.js";
import { nextBaseFee } from "../rules/baseFee.js";
import { feeCap, maxCost, tipCap } from "../rules/transactionRules.js";
import {
  BASE_FEE_SHARE,
  DELEGATED_SENDER_TRANSACTIONS_MAX,
  NONCE_GAP_MAX,
  type PoolLimits,
  PRICE_BUMP_PERCENT,
} from "./poolLimits.js";
import type { SenderQueue } from "./senderQueue.js";

/**
 * What the head and the chain spec hold against a transaction. A fee cap a little below the base fee waits until that has
 * come down, as in geth.
 * @returns geth's words, or null.
 */
export function feeFault(
  transaction: Transaction,
  head: Header,
  { minTipWei, freeGas }: Pick<CausewayConfig, "minTipWei" | "freeGas">,
): string | null {
  // H6: on a free-gas chain no block may use more than half.
  if (transaction.gas > (freeGas ? head.gasLimit / 2n : head.gasLimit)) return "exceeds block gas limit";
  const tipMin = BigInt(minTipWei);
  if (tipCap(transaction) < tipMin) {
    return `transaction underpriced: gas tip cap ${tipCap(transaction)}, minimum needed ${tipMin}`;
  }
  const baseFee = nextBaseFee(head);
  if (feeCap(transaction) * BASE_FEE_SHARE < baseFee) {
    return `max fee per gas less than block base fee: address ${transaction.from}, maxFeePerGas: ${feeCap(transaction)}, baseFee: ${baseFee}`;
  }
  return null;
}

/**
 * What its sender's account and other pooled transactions hold against a transaction.
 * @returns geth's words, or null.
 */
export function accountFault(
  transaction: Transaction,
  queue: SenderQueue,
  { senderMax, senderQueuedMax }: PoolLimits,
): string | null {
  const { nonce } = transaction;
  const { account } = queue;
  if (nonce < account.nonce) return `nonce too low: next nonce ${account.nonce}, tx nonce ${nonce}`;
  if (nonce > account.nonce + NONCE_GAP_MAX) {
    return `nonce too high: next nonce ${account.nonce}, tx nonce ${nonce}`;
  }
  const cost = maxCost(transaction);
  if (account.balance < cost) {
    return `insufficient funds for gas * price + value: balance ${account.balance}, tx cost ${cost}, overshot ${cost - account.balance}`;
  }
  const replaced = queue.at(nonce)?.transaction;
  if (replaced !== undefined && !outbids(transaction, replaced)) return "replacement transaction underpriced";
  if (replaced === undefined && account.delegated) {
    if (queue.size >= DELEGATED_SENDER_TRANSACTIONS_MAX)
      return "in-flight transaction limit reached for delegated accounts";
    if (nonce > account.nonce) return "gapped-nonce tx from delegated accounts";
  }
  if (replaced === undefined && queue.size >= senderMax) {
    return `account limit exceeded: address ${transaction.from}, limit ${senderMax}`;
  }
  if (replaced === undefined && nonce > queue.nextNonce && queue.queued >= senderQueuedMax) {
    return `account limit exceeded: address ${transaction.from}, limit ${senderQueuedMax} behind a gap, next nonce ${queue.nextNonce}`;
  }
  const queued = queue.cost - (replaced === undefined ? 0n : maxCost(replaced));
  if (account.balance < queued + cost) {
    return `insufficient funds for gas * price + value: balance ${account.balance}, queued cost ${queued}, tx cost ${cost}, overshot ${queued + cost - account.balance}`;
  }
  return null;
}

/** Whether both fee caps are raised by PRICE_BUMP_PERCENT. */
function outbids(transaction: Transaction, replaced: Transaction): boolean {
  const raised = (now: bigint, before: bigint) =>
    now > before && now * 100n >= before * (100n + PRICE_BUMP_PERCENT);
  return raised(feeCap(transaction), feeCap(replaced)) && raised(tipCap(transaction), tipCap(replaced));
}
