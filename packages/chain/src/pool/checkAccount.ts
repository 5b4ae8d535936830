import type { Address } from "@causeway/protocol/hex";
import { feeCap, tipCap } from "../rules/transactionRules.js";
import type { Transaction } from "../types/transaction.js";
import type { PoolEntry } from "./poolEntry.js";
import {
  DELEGATED_SENDER_TRANSACTIONS_MAX,
  NONCE_GAP_MAX,
  type PoolLimits,
  PRICE_BUMP_PERCENT,
} from "./poolLimits.js";
import { rejection } from "./poolRejection.js";
import type { SenderQueue } from "./senderQueue.js";

/**
 * Check what a transaction's sender has and has pooled against it, in geth's order.
 * @param cost most that it can take, in wei.
 * @param authorized whether a pooled transaction delegates the sender's account (EIP-7702).
 * @throws PoolRejection in geth's words.
 */
export function checkAccount(
  transaction: Transaction,
  cost: bigint,
  queue: SenderQueue,
  authorized: boolean,
  limits: PoolLimits,
): void {
  const { nonce } = transaction;
  const { account } = queue;
  if (nonce < account.nonce) {
    throw rejection("nonceTooLow", `nonce too low: next nonce ${account.nonce}, tx nonce ${nonce}`);
  }
  if (nonce > account.nonce + NONCE_GAP_MAX) {
    throw rejection("nonceTooHigh", `nonce too high: tx nonce ${nonce}, gapped nonce ${queue.nextNonce}`);
  }
  const replaced = queue.at(nonce);
  checkFunds(cost, queue, replaced !== undefined && nonce < queue.nextNonce ? replaced.cost : null);
  if (account.delegated || authorized) checkDelegated(queue, nonce);
  if (replaced !== undefined) {
    if (!outbids(transaction, replaced.transaction)) {
      throw rejection("replacementUnderpriced", "replacement transaction underpriced");
    }
  } else if (queue.size >= limits.senderMax) {
    throw rejection("accountLimit", `account limit exceeded: pooled ${queue.size} txs`);
  } else if (nonce > queue.nextNonce && queue.queued >= limits.senderQueuedMax) {
    throw rejection(
      "accountLimit",
      `account limit exceeded: pooled ${queue.queued} txs behind a gap, next nonce ${queue.nextNonce}`,
    );
  }
}

/** @param replaced cost of the pending transaction whose place it takes, or null. */
function checkFunds(cost: bigint, { account, pendingCost }: SenderQueue, replaced: bigint | null): void {
  const { balance } = account;
  const insufficient = (detail: string, need: bigint) =>
    rejection(
      "insufficientFunds",
      `insufficient funds for gas * price + value: balance ${balance}, ${detail}, overshot ${need - balance}`,
    );
  if (balance < cost) throw insufficient(`tx cost ${cost}`, cost);
  const need = pendingCost + cost - (replaced ?? 0n);
  if (balance >= need) return;
  if (replaced === null) throw insufficient(`queued cost ${pendingCost}, tx cost ${cost}`, need);
  throw insufficient(`queued cost ${pendingCost}, tx bumped ${cost - replaced}`, need);
}

/** Anybody may move the nonce and balance of such an account: what is pooled of it can be made void for nothing. */
function checkDelegated(queue: SenderQueue, nonce: bigint): void {
  if (queue.pending === 0) {
    if (nonce === queue.account.nonce) return;
    throw rejection("delegation", "gapped-nonce tx from delegated accounts");
  }
  if (nonce < queue.nextNonce) return;
  throw rejection("delegation", "in-flight transaction limit reached for delegated accounts");
}

/**
 * Check that nobody who authorizes something in a transaction has much to lose by it (EIP-7702).
 * @param pooled how many pooled transactions an account sends.
 * @throws PoolRejection in geth's words.
 */
export function checkAuthorities({ authorities }: PoolEntry, pooled: (account: Address) => number): void {
  if (authorities.every((authority) => pooled(authority) <= DELEGATED_SENDER_TRANSACTIONS_MAX)) return;
  throw rejection("delegation", "authority already reserved");
}

/** Whether both fee caps are raised by PRICE_BUMP_PERCENT. */
function outbids(transaction: Transaction, replaced: Transaction): boolean {
  const raised = (now: bigint, before: bigint) =>
    now > before && now >= (before * (100n + PRICE_BUMP_PERCENT)) / 100n;
  return raised(feeCap(transaction), feeCap(replaced)) && raised(tipCap(transaction), tipCap(replaced));
}
