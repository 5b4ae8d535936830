import type { Address, Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import type { EngineLog, TransactionResult } from "../engine/engine.js";
import type { Header } from "../types/header.js";
import type { Log, Receipt } from "../types/receipt.js";
import { Bloom } from "./bloom.js";
import { fromHex, toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

const ROOT_BYTES = 32;

/** What is stored of a receipt; block fields and bloom are derived. */
interface StoredReceipt {
  readonly transactionHash: Hash;
  readonly type: number;
  readonly from: Address;
  readonly to: Address | null;
  readonly status: 0 | 1 | null;
  readonly root: Hash | null;
  readonly gasUsed: bigint;
  readonly cumulativeGasUsed: bigint;
  readonly effectiveGasPrice: bigint;
  readonly blobGasUsed: bigint | null;
  readonly blobGasPrice: bigint | null;
  readonly contractAddress: Address | null;
  readonly logs: readonly EngineLog[];
}

/** RLP of a block's receipts as the store keeps them. */
export function encodeReceipts(results: readonly TransactionResult[]): Uint8Array {
  return RLP.encode(
    results.map((result) => [
      fromHex(result.transaction.hash),
      integerBytes(BigInt(result.transaction.type)),
      fromHex(result.transaction.from),
      optional(result.transaction.to),
      outcomeBytes(result),
      integerBytes(result.gasUsed),
      integerBytes(result.cumulativeGasUsed),
      integerBytes(result.effectiveGasPrice),
      optional(result.contractAddress),
      result.logs.map((log) => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)]),
      ...(result.blobGasUsed === null || result.blobGasPrice === null
        ? []
        : [integerBytes(result.blobGasUsed), integerBytes(result.blobGasPrice)]),
    ]),
  );
}

/**
 * First field of a receipt: its status, or the state root in its place before Byzantium (EIP-658). The root's 32 bytes tell
 * them apart.
 */
export function outcomeBytes({ status, root }: Pick<TransactionResult, "status" | "root">): Uint8Array {
  return root === null ? integerBytes(BigInt(status ?? 0)) : fromHex(root);
}

/** Receipts of a block from what `encodeReceipts` wrote. */
export function decodeReceipts(bytes: Uint8Array, header: Header): Receipt[] {
  const stored = (RLP.decode(bytes) as unknown as RlpReceipt[]).map(decodeStored);
  let logIndex = 0;
  return stored.map((receipt, transactionIndex) => {
    const bloom = new Bloom();
    const logs = receipt.logs.map((log): Log => {
      bloom.addLog(log);
      return {
        ...log,
        blockNumber: header.number,
        blockHash: header.hash,
        blockTimestamp: header.timestamp,
        transactionHash: receipt.transactionHash,
        transactionIndex,
        logIndex: logIndex++,
      };
    });
    return {
      ...receipt,
      logs,
      transactionIndex,
      blockHash: header.hash,
      blockNumber: header.number,
      logsBloom: bloom.toHex(),
    };
  });
}

type RlpLog = [Uint8Array, Uint8Array[], Uint8Array];
type RlpReceipt = [
  hash: Uint8Array,
  type: Uint8Array,
  from: Uint8Array,
  to: Uint8Array,
  status: Uint8Array,
  gasUsed: Uint8Array,
  cumulative: Uint8Array,
  price: Uint8Array,
  contract: Uint8Array,
  logs: RlpLog[],
  blobGasUsed?: Uint8Array,
  blobGasPrice?: Uint8Array,
];

function decodeStored(items: RlpReceipt): StoredReceipt {
  const [hash, type, from, to, status, gasUsed, cumulative, price, contract, logs, blobs, blobPrice] = items;
  const root = status.length === ROOT_BYTES ? toHex(status) : null;
  return {
    transactionHash: toHex(hash),
    type: Number(integer(type)),
    from: toHex(from),
    to: address(to),
    status: root !== null ? null : integer(status) === 1n ? 1 : 0,
    root,
    gasUsed: integer(gasUsed),
    cumulativeGasUsed: integer(cumulative),
    effectiveGasPrice: integer(price),
    blobGasUsed: blobs === undefined ? null : integer(blobs),
    blobGasPrice: blobPrice === undefined ? null : integer(blobPrice),
    contractAddress: address(contract),
    logs: logs.map(([emitter, topics, data]) => ({
      address: toHex(emitter),
      topics: topics.map(toHex),
      data: toHex(data),
    })),
  };
}

function optional(address: Address | null): Uint8Array {
  return address === null ? new Uint8Array() : fromHex(address);
}

function address(bytes: Uint8Array): Address | null {
  return bytes.length === 0 ? null : toHex(bytes);
}

function integer(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(toHex(bytes));
}
