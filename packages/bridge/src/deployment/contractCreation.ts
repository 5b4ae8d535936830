import { bytecode as outboxCode } from "@causeway/contracts/AccumulatingOutbox";
import { bytecode as inboxCode } from "@causeway/contracts/ClaimInbox";
import { bytecode as viewCode } from "@causeway/contracts/SidechainView";
import { bytecode as vaultCode } from "@causeway/contracts/Vault";
import { type BridgeConfig, genesisValidators } from "@causeway/protocol/genesis";
import { genesisBacking } from "@causeway/protocol/genesisBacking";
import type { Hex } from "@causeway/protocol/hex";
import { PREDEPLOYS } from "@causeway/protocol/predeploys";
import type { DEPLOYMENT_ORDER } from "@causeway/protocol/predictBridge";
import { concat, type Interface } from "ethers";
import { CLAIM_INBOX, OUTBOX, SIDECHAIN_VIEW, VAULT } from "../contractInterfaces.js";
import { conflictWindow } from "../l1/conflictWindow.js";
import type { GenesisCommitment } from "./genesisCommitment.js";

/** Creation code with its arguments, and the wei it gets. */
export interface ContractCreation {
  readonly data: Hex;
  readonly value?: bigint;
}

/** What a transaction that creates one of the L1 contracts carries (B9). */
export function contractCreation(
  contract: (typeof DEPLOYMENT_ORDER)[number],
  bridge: BridgeConfig,
  commitment: GenesisCommitment,
): ContractCreation {
  const { genesis } = commitment;
  const { chainId } = genesis.config;
  switch (contract) {
    case "outbox":
      return { data: initCode(outboxCode, OUTBOX, [chainId]) };
    case "view":
      return { data: initCode(viewCode, SIDECHAIN_VIEW, [viewConfig(bridge, commitment)]) };
    case "inbox":
      return { data: initCode(inboxCode, CLAIM_INBOX, [bridge.view, chainId, PREDEPLOYS.outbox]) };
    case "vault":
      return {
        data: initCode(vaultCode, VAULT, [bridge.outbox, bridge.inbox, chainId, PREDEPLOYS.mint]),
        value: genesisBacking(genesis),
      };
  }
}

function viewConfig(bridge: BridgeConfig, { genesis, genesisHash, genesisStateRoot }: GenesisCommitment) {
  return {
    sidechainId: genesis.config.chainId,
    genesisHash,
    genesisStateRoot,
    genesisTimestamp: genesis.timestamp,
    validators: genesisValidators(genesis),
    minValidators: genesis.config.causeway.minValidators,
    outbox: bridge.outbox,
    conflictWindow: conflictWindow(bridge),
  };
}

function initCode(bytecode: Hex, contract: Interface, args: readonly unknown[]): Hex {
  return concat([bytecode, contract.encodeDeploy([...args])]) as Hex;
}
