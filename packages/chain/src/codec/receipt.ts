import type { Address, Hash } from "@causeway/protocol/hex";
import { RLP } from "@ethereumjs/rlp";
import type { Header, Log, Receipt } from "../chainReader.js";
import type { EngineLog, TransactionResult } from "../engine/engine.js";
import { Bloom } from "./bloom.js";
import { fromHex, toHex } from "./hex.js";
import { integerBytes } from "./integerBytes.js";

/** What is stored of a receipt; block fields and bloom are derived. */
interface StoredReceipt {
  readonly transactionHash: Hash;
  readonly type: number;
  readonly from: Address;
  readonly to: Address | null;
  readonly status: 0 | 1;
  readonly gasUsed: bigint;
  readonly cumulativeGasUsed: bigint;
  readonly effectiveGasPrice: bigint;
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
      integerBytes(BigInt(result.status)),
      integerBytes(result.gasUsed),
      integerBytes(result.cumulativeGasUsed),
      integerBytes(result.effectiveGasPrice),
      optional(result.contractAddress),
      result.logs.map((log) => [fromHex(log.address), log.topics.map(fromHex), fromHex(log.data)]),
    ]),
  );
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
];

function decodeStored(items: RlpReceipt): StoredReceipt {
  const [hash, type, from, to, status, gasUsed, cumulative, price, contract, logs] = items;
  return {
    transactionHash: toHex(hash),
    type: Number(integer(type)),
    from: toHex(from),
    to: address(to),
    status: integer(status) === 1n ? 1 : 0,
    gasUsed: integer(gasUsed),
    cumulativeGasUsed: integer(cumulative),
    effectiveGasPrice: integer(price),
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
