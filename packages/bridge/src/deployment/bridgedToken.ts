import { bytecode } from "@causeway/contracts/BridgedERC20";
import type { Address, Hash } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import { AbiCoder, getCreate2Address, keccak256 } from "ethers";

/** Sidechain address of the bridged token of an L1 token, deployed or not (B10). */
export function bridgedToken(l1ChainId: number, originToken: Address): Address {
  const salt = keccak256(AbiCoder.defaultAbiCoder().encode(["uint256", "address"], [l1ChainId, originToken]));
  return getCreate2Address(PREDEPLOYS.mint, salt as Hash, keccak256(bytecode)).toLowerCase() as Address;
}
