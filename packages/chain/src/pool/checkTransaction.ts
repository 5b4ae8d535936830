import type { CausewayConfig } from "@causeway/protocol/genesis";
import { nextBaseFee } from "../rules/baseFee.js";
import type { ChainForks } from "../rules/chainForks.js";
import { blockGasMax } from "../rules/gasLimits.js";
import { feeCap, tipCap, transactionFault } from "../rules/transactionRules.js";
import type { Header } from "../types/header.js";
import type { Transaction } from "../types/transaction.js";
import { BASE_FEE_SHARE } from "./poolLimits.js";
import { rejection } from "./poolRejection.js";

/** Chain and head that a transaction is meant for. */
export interface CheckedAgainst {
  readonly chainId: bigint;
  readonly forks: ChainForks;
  readonly head: Header;
  readonly spec: Pick<CausewayConfig, "minTipWei" | "freeGas">;
}

/**
 * Check a transaction by itself and against head and chain spec, in geth's order. The rules are those of the head's fork,
 * as in geth. A fee cap below the base fee waits until that has come down, as in geth, if it reaches half of it; geth's pool
 * takes any, which cost their senders nothing and may wait for ever.
 * @throws PoolRejection in geth's words.
 */
export function checkTransaction(
  transaction: Transaction,
  { chainId, forks, head, spec: { minTipWei, freeGas } }: CheckedAgainst,
): void {
  const { type, gas } = transaction;
  if (transaction.chainId === null) {
    throw rejection("invalid", "only replay-protected (EIP-155) transactions allowed over RPC");
  }
  if (type === 4 && transaction.authorizationList?.length === 0) {
    throw rejection("invalid", "set code tx must have at least one authorization tuple");
  }
  if (tipCap(transaction) > feeCap(transaction)) {
    throw rejection("invalid", "max priority fee per gas higher than max fee per gas");
  }
  const fault = transactionFault(transaction, chainId, forks.at(head));
  if (fault !== null) throw rejection("invalid", fault);
  if (gas > blockGasMax(head, freeGas)) throw rejection("gasAboveBlock", "exceeds block gas limit");
  const tipMin = BigInt(minTipWei);
  if (tipCap(transaction) < tipMin) {
    throw rejection(
      "invalid",
      `transaction gas price below minimum: gas tip cap ${tipCap(transaction)}, minimum needed ${tipMin}`,
    );
  }
  const baseFee = nextBaseFee(head);
  if (feeCap(transaction) * BASE_FEE_SHARE < baseFee) {
    throw rejection(
      "feeTooLow",
      `max fee per gas less than block base fee: address ${transaction.from}, maxFeePerGas: ${feeCap(transaction)}, baseFee: ${baseFee}`,
    );
  }
}
