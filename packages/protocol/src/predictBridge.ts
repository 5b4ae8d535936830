import { getCreateAddress } from "ethers";
import type { BridgeConfig } from "./genesis.js";
import type { Address } from "./hex.js";

/** L1 contracts in order of deployment: their places in the deployer's nonces n to n+3 (B9). */
export const DEPLOYMENT_ORDER = ["outbox", "view", "inbox", "vault"] as const;

/**
 * Addresses the L1 side will have when `deployer`, at nonce `nonce`, deploys it (B9). By CREATE, never CREATE2, whose
 * address would depend on code that embeds genesisHash, which these addresses are part of.
 */
export function predictBridge(l1ChainId: number, deployer: Address, nonce: number): BridgeConfig {
  const address = (contract: (typeof DEPLOYMENT_ORDER)[number]) =>
    getCreateAddress({
      from: deployer,
      nonce: nonce + DEPLOYMENT_ORDER.indexOf(contract),
    }).toLowerCase() as Address;
  return {
    l1ChainId,
    outbox: address("outbox"),
    view: address("view"),
    inbox: address("inbox"),
    vault: address("vault"),
  };
}
