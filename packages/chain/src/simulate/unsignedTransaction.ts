import type { Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import { fromHex, toHex } from "../codec/hex.js";
import { integerBytes } from "../codec/integerBytes.js";
import { keccak256 } from "../crypto/nativeCrypto.js";
import type { FilledCall } from "../engine/simulation.js";
import type { CallRequest } from "../types/call.js";
import type { AccessListItem, Authorization, Transaction } from "../types/transaction.js";

type Item = Uint8Array | readonly Item[];

/**
 * The transaction a call stands for, its signature zero: of type 4 with authorizations, 3 with blobs, 0 with a gas
 * price, else 2, as geth chooses.
 */
export function unsignedTransaction(call: FilledCall, chainId: bigint): Transaction {
  const type = transactionType(call);
  const fields = {
    type,
    chainId: type === 0 ? null : chainId,
    nonce: call.nonce,
    from: call.from,
    to: call.to ?? null,
    value: call.value ?? 0n,
    gas: call.gas,
    gasPrice: type === 0 ? (call.gasPrice ?? 0n) : null,
    maxFeePerGas: type === 0 ? null : (call.maxFeePerGas ?? 0n),
    maxPriorityFeePerGas: type === 0 ? null : (call.maxPriorityFeePerGas ?? 0n),
    maxFeePerBlobGas: type === 3 ? (call.maxFeePerBlobGas ?? 0n) : null,
    blobVersionedHashes: type === 3 ? (call.blobVersionedHashes ?? []) : null,
    input: call.data ?? ("0x" as const),
    accessList: type === 0 ? null : (call.accessList ?? []),
    authorizationList: type === 4 ? (call.authorizationList ?? []) : null,
    v: 0n,
    r: 0n,
    s: 0n,
  };
  const raw = encode(fields);
  return { ...fields, hash: toHex(keccak256(raw)), raw };
}

function transactionType({ gasPrice, blobVersionedHashes, authorizationList }: CallRequest): number {
  if (gasPrice !== undefined) return 0;
  if (authorizationList !== undefined) return 4;
  return blobVersionedHashes === undefined ? 2 : 3;
}

function encode(transaction: Omit<Transaction, "hash" | "raw">): Uint8Array {
  const { type, chainId, nonce, to, value, gas, input } = transaction;
  const rest = [
    integerBytes(gas),
    to === null ? new Uint8Array() : fromHex(to),
    integerBytes(value),
    fromHex(input),
  ];
  const signature = [new Uint8Array(), new Uint8Array(), new Uint8Array()];
  if (type === 0) {
    return RLP.encode([integerBytes(nonce), integerBytes(transaction.gasPrice ?? 0n), ...rest, ...signature]);
  }
  const fees = [transaction.maxPriorityFeePerGas, transaction.maxFeePerGas].map((fee) =>
    integerBytes(fee ?? 0n),
  );
  const payload: Item[] = [
    integerBytes(chainId ?? 0n),
    integerBytes(nonce),
    ...fees,
    ...rest,
    accessListItem(transaction.accessList ?? []),
    ...typeItems(transaction),
    ...signature,
  ];
  return Buffer.concat([Uint8Array.of(type), RLP.encode(payload as Uint8Array[])]);
}

function typeItems({
  maxFeePerBlobGas,
  blobVersionedHashes,
  authorizationList,
}: Omit<Transaction, "hash" | "raw">): Item[] {
  if (blobVersionedHashes !== null) {
    return [integerBytes(maxFeePerBlobGas ?? 0n), blobVersionedHashes.map((hash: Hash) => fromHex(hash))];
  }
  return authorizationList === null ? [] : [authorizationList.map(authorizationItem)];
}

function accessListItem(list: readonly AccessListItem[]): Item {
  return list.map(({ address, storageKeys }) => [fromHex(address), storageKeys.map(fromHex)]);
}

function authorizationItem({ chainId, address, nonce, yParity, r, s }: Authorization): Item {
  return [integerBytes(chainId), fromHex(address), ...[nonce, yParity, r, s].map(integerBytes)];
}
