import type { BridgeMessage } from "@causeway/protocol/bridgeMessage";
import { TREE_DEPTH } from "@causeway/protocol/merkleTree";

/** Gas around a message's call: intrinsic, calldata of message and proof, path, storage, with room. */
const DELIVERY_OVERHEAD_GAS = 250_000;
/** Inbox.RESERVED_GAS (B4). */
const INBOX_RESERVED_GAS = 40_000;
/** EIP-2028, gas per non-zero byte of calldata, with EIP-7623's floor of 40. */
const CALLDATA_BYTE_GAS = 40;

/** Gas limit with which `deliver` or `claim` passes the floor of B4, whatever an estimate says. */
export function deliveryGasLimit(message: BridgeMessage): number {
  const calldataBytes = (message.data.length - 2) / 2 + TREE_DEPTH * 32;
  return (
    Math.ceil((message.gasLimit * 64) / 63) +
    INBOX_RESERVED_GAS +
    DELIVERY_OVERHEAD_GAS +
    calldataBytes * CALLDATA_BYTE_GAS
  );
}
