import { minOf } from "../bigints.js";
import { fromHex } from "../codec/hex.js";
import type { Transaction } from "../types/transaction.js";
import { GAS_PER_BLOB } from "./ethereum/blobGas.js";
import { type Fork, hasFork } from "./fork.js";
import { INITCODE_SIZE_MAX, transactionGasMax } from "./gasLimits.js";
import { intrinsicGas } from "./intrinsicGas.js";

/** EIP-2681: no nonce of a transaction or an authorization, for it leaves no room for the next. */
export const NONCE_MAX = 2n ** 64n - 1n;

/** EIP-2, since Homestead: s in the lower half of the group order. */
export const S_MAX = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;
/** Forks that brought the types (EIP-2930, 1559, 4844, 7702). */
const TYPE_FORKS: Readonly<Record<number, Fork>> = { 1: "berlin", 2: "london", 3: "cancun", 4: "prague" };
/** EIP-7594, since Osaka. */
const TRANSACTION_BLOBS_MAX = 6;
/** First byte of a blob's versioned hash (EIP-4844). */
export const BLOB_HASH_VERSION = "0x01";

/**
 * Rules of a transaction by itself.
 * @returns geth's words for the first it breaks, or null.
 */
export function transactionFault(
  transaction: Transaction,
  chainId: bigint,
  fork: Fork = "osaka",
): string | null {
  const { type, gas, nonce, to, maxFeePerGas, maxPriorityFeePerGas } = transaction;
  if (!hasFork(fork, TYPE_FORKS[type] ?? "frontier")) return "transaction type not supported";
  if (transaction.s > S_MAX && hasFork(fork, "homestead")) return "invalid sender";
  if (transaction.chainId !== null && !hasFork(fork, "spuriousDragon")) return "invalid sender";
  if (transaction.chainId !== null && transaction.chainId !== chainId) {
    return `invalid sender: invalid chain id for signer: have ${transaction.chainId} want ${chainId}`;
  }
  if (maxFeePerGas !== null && maxPriorityFeePerGas !== null && maxPriorityFeePerGas > maxFeePerGas) {
    return `max priority fee per gas higher than max fee per gas: maxPriorityFeePerGas: ${maxPriorityFeePerGas}, maxFeePerGas: ${maxFeePerGas}`;
  }
  if (nonce >= NONCE_MAX) return "nonce has max value";
  const gasMax = transactionGasMax(fork);
  if (gasMax !== null && gas > gasMax) {
    return `transaction gas limit too high (cap: ${gasMax}, tx: ${gas})`;
  }
  const data = fromHex(transaction.input);
  if (to === null && data.length > INITCODE_SIZE_MAX && hasFork(fork, "shanghai")) {
    return `max initcode size exceeded: code size ${data.length} limit ${INITCODE_SIZE_MAX}`;
  }
  if (type === 3) {
    const fault = blobFault(transaction, fork);
    if (fault !== null) return fault;
  }
  if (type === 4 && to === null) return "EIP-7702 transaction cannot be used to create contract";
  if (type === 4 && transaction.authorizationList?.length === 0) {
    return "EIP-7702 transaction with empty auth list";
  }
  const { intrinsic, floor } = intrinsicGas(
    {
      data,
      creation: to === null,
      accessList: transaction.accessList ?? [],
      authorizations: transaction.authorizationList?.length ?? 0,
    },
    fork,
  );
  if (gas < intrinsic) return `intrinsic gas too low: gas ${gas}, minimum needed ${intrinsic}`;
  if (gas < floor) return `insufficient gas for floor data gas cost: gas ${gas}, minimum needed ${floor}`;
  return null;
}

/** EIP-4844, EIP-7594. */
function blobFault({ to, blobVersionedHashes }: Transaction, fork: Fork): string | null {
  const hashes = blobVersionedHashes ?? [];
  if (to === null) return "blob transaction of type create";
  if (hashes.length === 0) return "blob transaction missing blob hashes";
  if (hashes.length > TRANSACTION_BLOBS_MAX && hasFork(fork, "osaka")) {
    return `blob transaction has too many blobs: ${hashes.length}, limit ${TRANSACTION_BLOBS_MAX}`;
  }
  const wrong = hashes.findIndex((hash) => !hash.startsWith(BLOB_HASH_VERSION));
  return wrong === -1 ? null : `blob ${wrong} has invalid hash version`;
}

/** Most a transaction can take from its sender. */
export function maxCost(transaction: Transaction): bigint {
  const { gas, value, maxFeePerBlobGas, blobVersionedHashes } = transaction;
  const blobs = GAS_PER_BLOB * BigInt(blobVersionedHashes?.length ?? 0);
  return gas * feeCap(transaction) + value + blobs * (maxFeePerBlobGas ?? 0n);
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

/** Wei; 0 before London and Cancun. */
export interface BaseFees {
  readonly perGas: bigint;
  readonly perBlobGas: bigint;
}

/**
 * Rules of a transaction against the account that sends it and the block it is in.
 * @returns geth's words for the first it breaks, or null.
 */
export function executionFault(
  transaction: Transaction,
  sender: { readonly nonce: bigint; readonly balance: bigint; readonly maySend: boolean },
  baseFee: BaseFees,
  gasAvailable: bigint,
): string | null {
  const { from, nonce, maxFeePerBlobGas } = transaction;
  if (nonce < sender.nonce) return `nonce too low: address ${from}, tx: ${nonce} state: ${sender.nonce}`;
  if (nonce > sender.nonce) return `nonce too high: address ${from}, tx: ${nonce} state: ${sender.nonce}`;
  if (!sender.maySend) return `sender not an eoa: address ${from}`;
  if (feeCap(transaction) < baseFee.perGas) {
    return `max fee per gas less than block base fee: address ${from}, maxFeePerGas: ${feeCap(transaction)}, baseFee: ${baseFee.perGas}`;
  }
  if (maxFeePerBlobGas !== null && maxFeePerBlobGas < baseFee.perBlobGas) {
    return `max fee per blob gas less than block blob gas fee: address ${from} blobGasFeeCap: ${maxFeePerBlobGas}, blobBaseFee: ${baseFee.perBlobGas}`;
  }
  if (sender.balance < maxCost(transaction)) {
    return `insufficient funds for gas * price + value: address ${from} have ${sender.balance} want ${maxCost(transaction)}`;
  }
  if (transaction.gas > gasAvailable) return "gas limit reached";
  return null;
}
