import type { Address } from "./hex.js";

/** System contracts present from genesis, and their pinned storage slots (X6). */
export const PREDEPLOYS = {
  validatorSet: "0x000000000000000000000000000000000000ca01",
  outbox: "0x000000000000000000000000000000000000ca02",
  orderedInbox: "0x000000000000000000000000000000000000ca03",
  ethereumView: "0x000000000000000000000000000000000000ca04",
  mint: "0x000000000000000000000000000000000000ca05",
  exitRegistry: "0x000000000000000000000000000000000000ca06",
} as const satisfies Record<string, Address>;

export const OUTBOX_SLOTS = { root: 0, count: 1 } as const;
export const ORDERED_INBOX_SLOTS = { acc: 0, count: 1 } as const;
export const VALIDATOR_SET_SLOTS = { consensusKeys: 0, operators: 1, attesters: 2 } as const;

/** Wei that Mint holds in `alloc`, far above what L1 can ever lock: 2^96 - 1. */
export const MINT_BALANCE_WEI = 2n ** 96n - 1n;

/** A deposit to an address at or below this, or to a system contract, is refused (X6). */
export const RESERVED_RECIPIENT_MAX: Address = "0x000000000000000000000000000000000000ffff";

/** System contracts of EIP-4788, 2935, 7002 and 7251, present in `alloc` (H2). */
export const SYSTEM_CONTRACTS = {
  beaconRoots: "0x000f3df6d732807ef1319fb7b8bb8522d0beac02",
  historyStorage: "0x0000f90827f1c53a10cb7a02335b175320002935",
  withdrawalRequests: "0x00000961ef480eb55e80d19ad83579a64c007002",
  consolidationRequests: "0x0000bbddc7ce488642fb579f8b00f3a590007251",
} as const satisfies Record<string, Address>;

/** chainId of the local L1 on which a chain counts as a devnet (C17). */
export const DEVNET_L1_CHAIN_ID = 31337;
