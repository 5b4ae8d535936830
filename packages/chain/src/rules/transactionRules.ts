import { minOf } from "../bigints.js";
import type { Transaction } from "../chainReader.js";
import { fromHex } from "../codec/hex.js";
import { INITCODE_SIZE_MAX, TRANSACTION_GAS_MAX } from "./gasLimits.js";
import { intrinsicGas } from "./intrinsicGas.js";

/** EIP-2681. */
const NONCE_MAX = 2n ** 64n - 1n;

/**
 * Rules of a transaction by itself.
 * @returns geth's words for the first it breaks, or null.
 */
export function transactionFault(transaction: Transaction, chainId: bigint): string | null {
  const { type, gas, nonce, to, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  if (transaction.chainId !== null && transaction.chainId !== chainId) {
    return `invalid sender: invalid chain id for signer: have ${transaction.chainId} want ${chainId}`;
  }
  if (maxFeePerGas !== null && maxPriorityFeePerGas !== null && maxPriorityFeePerGas > maxFeePerGas) {
    return `max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: ${maxPriorityFeePerGas}, maxFeePerGas: ${maxFeePerGas}`;
  }
  if (nonce >= NONCE_MAX) return "nonce has max value";
  if (gas > TRANSACTION_GAS_MAX) {
    return `transaction gas limit too high (cap: ${TRANSACTION_GAS_MAX}, tx: ${gas})`;
  }
  const data = fromHex(transaction.input);
  if (to === null && data.length > INITCODE_SIZE_MAX) {
    return `max initcode size exceeded: code size ${data.length}, limit ${INITCODE_SIZE_MAX}`;
  }
  if (type === 4 && to === null) return "EIP-7702 transaction cannot be used to create contract";
  if (type === 4 && transaction.authorizationList?.length === 0) {
    return "EIP-7702 transaction with empty auth list";
  }
  const { intrinsic, floor } = intrinsicGas({
    data,
    creation: to === null,
    accessList: transaction.accessList ?? [],
    authorizations: transaction.authorizationList?.length ?? 0,
  });
  if (gas < intrinsic) return `intrinsic gas too low: gas ${gas}, minimum needed ${intrinsic}`;
  if (gas < floor) return `insufficient gas for floor data gas cost: gas ${gas}, minimum needed ${floor}`;
  return null;
}

/** Most a transaction can take from its sender. */
export function maxCost(transaction: Transaction): bigint {
  return transaction.gas * feeCap(transaction) + transaction.value;
}

export function feeCap({ maxFeePerGas, gasPrice }: Transaction): bigint {
  return maxFeePerGas ?? gasPrice ?? 0n;
}

export function tipCap({ maxPriorityFeePerGas, gasPrice }: Transaction): bigint {
  return maxPriorityFeePerGas ?? gasPrice ?? 0n;
}

/** What the proposer earns per gas; negative when the fee cap is below the base fee. */
export function effectiveTip(transaction: Transaction, baseFee: bigint): bigint {
  return minOf(tipCap(transaction), feeCap(transaction) - baseFee);
}

/**
 * Rules of a transaction against the account that sends it and the block it is in.
 * @returns geth's words for the first it breaks, or null.
 */
export function executionFault(
  transaction: Transaction,
  sender: { readonly nonce: bigint; readonly balance: bigint; readonly maySend: boolean },
  baseFee: bigint,
  gasAvailable: bigint,
): string | null {
  const { from, nonce } = transaction;
  if (nonce < sender.nonce) return `nonce too low: address ${from}, tx: ${nonce} state: ${sender.nonce}`;
  if (nonce > sender.nonce) return `nonce too high: address ${from}, tx: ${nonce} state: ${sender.nonce}`;
  if (!sender.maySend) return `sender not an eoa: address ${from}`;
  if (feeCap(transaction) < baseFee) {
    return `max fee per gas less than block base fee: address ${from}, maxFeePerGas: ${feeCap(transaction)}, baseFee: ${baseFee}`;
  }
  if (sender.balance < maxCost(transaction)) {
    return `insufficient funds for gas * price + value: address ${from} have ${sender.balance} want ${maxCost(transaction)}`;
  }
  if (transaction.gas > gasAvailable) return "gas limit reached";
  return null;
}
