import type { Receipt } from "@causeway/chain/types/receipt";
import type { Hex } from "@causeway/protocol/hex";
import { encodeRlp, toBeArray } from "ethers";

/** A receipt as the receipts trie holds it (EIP-2718); before Byzantium with a state root first (EIP-658). */
export function rawReceipt(receipt: Receipt): Hex {
  const rlp = encodeRlp([
    receipt.root ?? toBeArray(receipt.status ?? 0),
    toBeArray(receipt.cumulativeGasUsed),
    receipt.logsBloom,
    receipt.logs.map(({ address, topics, data }) => [address, [...topics], data]),
  ]);
  const type = receipt.type === 0 ? "" : receipt.type.toString(16).padStart(2, "0");
  return `0x${type}${rlp.slice(2)}`;
}
