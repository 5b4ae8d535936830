import type { Hash, Hex } from "@causeway/protocol/hex";
import { encodeRlp, keccak256, toBeArray } from "ethers";
import type { HeaderJson } from "./chainTypes.js";

/** keccak256(rlp(header)) of a post-merge header as JSON-RPC shows it. */
export function headerHash(h: HeaderJson): Hash {
  const fields: (Hex | Uint8Array)[] = [
    h.parentHash,
    h.sha3Uncles,
    h.miner,
    h.stateRoot,
    h.transactionsRoot,
    h.receiptsRoot,
    h.logsBloom,
    integer(h.difficulty),
    integer(h.number),
    integer(h.gasLimit),
    integer(h.gasUsed),
    integer(h.timestamp),
    h.extraData,
    h.mixHash,
    h.nonce,
  ];
  // Each fork appends; none leaves a hole.
  if (h.baseFeePerGas !== undefined) fields.push(integer(h.baseFeePerGas));
  if (h.withdrawalsRoot !== undefined) fields.push(h.withdrawalsRoot);
  if (h.blobGasUsed !== undefined) fields.push(integer(h.blobGasUsed));
  if (h.excessBlobGas !== undefined) fields.push(integer(h.excessBlobGas));
  if (h.parentBeaconBlockRoot !== undefined) fields.push(h.parentBeaconBlockRoot);
  if (h.requestsHash !== undefined) fields.push(h.requestsHash);
  return keccak256(encodeRlp(fields)) as Hash;
}

/** RLP writes integers without leading zero bytes. */
function integer(quantity: Hex): Uint8Array {
  return toBeArray(BigInt(quantity));
}
