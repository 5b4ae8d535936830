import { DEVNET_L1_CHAIN_ID } from "@causeway/protocol/predeploys";
import type { GenesisInput } from "../../src/genesis/buildGenesis.js";
import { addressOf, wallet } from "./keys.js";

const ETHER = 10n ** 18n;
export const CHAIN_ID = 73311;
export const GENESIS_TIMESTAMP = 1_790_000_000;
/** Accounts with funds, 100 ether each. */
export const FUNDED = [0, 1, 2, 3].map(wallet);

/** Four validators, three attesters, four funded accounts, joined to a devnet L1. */
export function genesisInput(overrides: Partial<GenesisInput> = {}): GenesisInput {
  return {
    chainId: CHAIN_ID,
    timestamp: GENESIS_TIMESTAMP,
    validators: [10, 11, 12, 13].map((i) => ({
      consensusKey: addressOf(wallet(i)),
      operator: addressOf(wallet(i + 10)),
    })),
    attesters: [30, 31, 32].map((i) => addressOf(wallet(i))),
    accounts: new Map(FUNDED.map((account) => [addressOf(account), 100n * ETHER])),
    bridge: { l1ChainId: DEVNET_L1_CHAIN_ID, deployer: addressOf(wallet(99)), deployerNonce: 5 },
    ...overrides,
  };
}
