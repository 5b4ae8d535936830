import type { Header } from "@causeway/chain/types/header";
import type { Transaction } from "@causeway/chain/types/transaction";
import type { Json } from "../json.js";
import { quantity } from "./quantity.js";

/** Where a transaction stands in the chain. */
export interface Inclusion {
  readonly header: Header;
  readonly index: number;
}

/** The transaction object of the execution-apis; `at` null is a pooled one, whose place is null. */
export function formatTransaction(transaction: Transaction, at: Inclusion | null) {
  return {
    blockHash: at?.header.hash ?? null,
    blockNumber: at === null ? null : quantity(at.header.number),
    blockTimestamp: at === null ? null : quantity(at.header.timestamp),
    from: transaction.from,
    gas: quantity(transaction.gas),
    gasPrice: quantity(gasPrice(transaction, at)),
    ...feeFields(transaction),
    hash: transaction.hash,
    input: transaction.input,
    nonce: quantity(transaction.nonce),
    to: transaction.to,
    transactionIndex: at === null ? null : quantity(at.index),
    value: quantity(transaction.value),
    type: quantity(transaction.type),
    ...typedFields(transaction),
    v: quantity(transaction.v),
    r: quantity(transaction.r),
    s: quantity(transaction.s),
    ...(transaction.type === 0 ? {} : { yParity: quantity(transaction.v) }),
  };
}

/** Wei per gas above the base fee that reaches the block's coinbase. */
export function effectiveTip(transaction: Transaction, baseFee: bigint): bigint {
  const { gasPrice: price, maxFeePerGas: cap, maxPriorityFeePerGas: tip } = transaction;
  if (cap === null || tip === null) return (price ?? 0n) - baseFee;
  const room = cap - baseFee;
  if (tip > room) return room;
  return tip;
}

/** What a mined transaction paid, or a pooled one pays at most (geth shows a dynamic-fee transaction's cap). */
function gasPrice(transaction: Transaction, at: Inclusion | null): bigint {
  if (at === null) return transaction.gasPrice ?? transaction.maxFeePerGas ?? 0n;
  const baseFee = at.header.baseFeePerGas ?? 0n;
  return baseFee + effectiveTip(transaction, baseFee);
}

function feeFields({ maxFeePerGas, maxPriorityFeePerGas }: Transaction) {
  if (maxFeePerGas === null || maxPriorityFeePerGas === null) return {};
  return { maxFeePerGas: quantity(maxFeePerGas), maxPriorityFeePerGas: quantity(maxPriorityFeePerGas) };
}

function typedFields({
  chainId,
  accessList,
  maxFeePerBlobGas,
  blobVersionedHashes,
  authorizationList,
}: Transaction): {
  readonly [field: string]: Json;
} {
  return {
    ...(accessList === null
      ? {}
      : { accessList: accessList.map(({ address, storageKeys }) => ({ address, storageKeys })) }),
    ...(chainId === null ? {} : { chainId: quantity(chainId) }),
    ...(maxFeePerBlobGas === null || blobVersionedHashes === null
      ? {}
      : { maxFeePerBlobGas: quantity(maxFeePerBlobGas), blobVersionedHashes }),
    ...(authorizationList === null
      ? {}
      : {
          authorizationList: authorizationList.map((authorization) => ({
            chainId: quantity(authorization.chainId),
            address: authorization.address,
            nonce: quantity(authorization.nonce),
            yParity: quantity(authorization.yParity),
            r: quantity(authorization.r),
            s: quantity(authorization.s),
          })),
        }),
  };
}
