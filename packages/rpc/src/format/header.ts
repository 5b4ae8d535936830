import type { Header } from "@causeway/chain/types/header";
import { definedFields } from "../definedFields.js";
import { quantity } from "./quantity.js";

/** The header object of eth_getHeaderBy* and newHeads; a field exists exactly in blocks whose fork has it. */
export function formatHeader(header: Header) {
  return {
    number: quantity(header.number),
    hash: header.hash,
    parentHash: header.parentHash,
    nonce: header.nonce,
    mixHash: header.mixHash,
    sha3Uncles: header.sha3Uncles,
    logsBloom: header.logsBloom,
    stateRoot: header.stateRoot,
    miner: header.miner,
    difficulty: quantity(header.difficulty),
    extraData: header.extraData,
    gasLimit: quantity(header.gasLimit),
    gasUsed: quantity(header.gasUsed),
    timestamp: quantity(header.wideTimestamp ?? header.timestamp),
    transactionsRoot: header.transactionsRoot,
    receiptsRoot: header.receiptsRoot,
    ...forkFields(header),
  };
}

function forkFields(header: Header) {
  const { baseFeePerGas, withdrawalsRoot, blobGasUsed, excessBlobGas, parentBeaconBlockRoot, requestsHash } =
    header;
  return definedFields({
    baseFeePerGas: optional(baseFeePerGas),
    withdrawalsRoot,
    blobGasUsed: optional(blobGasUsed),
    excessBlobGas: optional(excessBlobGas),
    parentBeaconBlockRoot,
    requestsHash,
  });
}

function optional(value: bigint | null) {
  return value === null ? null : quantity(value);
}
