import { AbiCoder, concat, keccak256 } from "ethers";
import type { Address, Hash, Hex } from "./hex.js";

/** A message as both outboxes hash it (B1). */
export interface BridgeMessage {
  readonly nonce: number;
  readonly sourceChainId: bigint;
  readonly sourceOutbox: Address;
  readonly destinationChainId: bigint;
  readonly sender: Address;
  readonly target: Address;
  readonly gasLimit: number;
  readonly data: Hex;
}

/** Gas floor of a transfer of an ERC-20 token (X5). */
export const ERC20_TRANSFER_GAS_LIMIT = 1_500_000;

const MESSAGE_TUPLE =
  "tuple(uint64 nonce,uint256 sourceChainId,address sourceOutbox,uint256 destinationChainId,address sender,address target,uint64 gasLimit,bytes data)";

/** leaf = keccak256(0x00 ‖ abi.encode(message)): the zero byte keeps leaves apart from 64-byte nodes (B1). */
export function messageLeaf(message: BridgeMessage): Hash {
  return keccak256(concat(["0x00", AbiCoder.defaultAbiCoder().encode([MESSAGE_TUPLE], [message])])) as Hash;
}
