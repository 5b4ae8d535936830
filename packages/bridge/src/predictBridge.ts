import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import { getCreateAddress } from "ethers";

/** L1 contracts in order of deployment: their places in the deployer's nonces n to n+3 (B9). */
export const DEPLOYMENT_ORDER = ["outbox", "view", "inbox", "vault"] as const;

/** Addresses the L1 side will have when `deployer`, at nonce `nonce`, deploys it (CREATE, B9). */
export function predictBridge(l1ChainId: number, deployer: Address, nonce: number): BridgeConfig {
  const address = (i: number) =>
    getCreateAddress({ from: deployer, nonce: nonce + i }).toLowerCase() as Address;
  return { l1ChainId, outbox: address(0), view: address(1), inbox: address(2), vault: address(3) };
}
