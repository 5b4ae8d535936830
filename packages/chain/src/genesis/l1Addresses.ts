import type { BridgeConfig } from "@causeway/protocol/genesis";
import type { Address } from "@causeway/protocol/hex";
import { getCreateAddress } from "ethers";

/** Who deploys the L1 side, and with which nonce its first contract. */
export interface BridgeDeployer {
  readonly l1ChainId: number;
  readonly deployer: Address;
  readonly deployerNonce: number;
}

/**
 * Addresses of CREATE at nonces n..n+3 = AccumulatingOutbox, SidechainView, ClaimInbox, Vault (B9). Never CREATE2, whose
 * address would depend on code that embeds genesisHash, which these addresses are part of.
 */
export function predictBridge({ l1ChainId, deployer, deployerNonce }: BridgeDeployer): BridgeConfig {
  const created = (offset: number) =>
    getCreateAddress({ from: deployer, nonce: deployerNonce + offset }).toLowerCase() as Address;
  return { l1ChainId, outbox: created(0), view: created(1), inbox: created(2), vault: created(3) };
}
