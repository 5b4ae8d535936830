import { id, Wallet } from "ethers";

/** One account for each use, so that no test waits for another's nonces. */
export const TOOL_ACCOUNTS = [
  "ethers",
  "ethers pool",
  "viem",
  "viem delegating",
  "cast",
  "cast offline",
  "forge",
  "hardhat",
  "wallet",
  "indexers",
  "explorers",
  "sizes",
  "keyless",
  "delegating",
  "uniswap v2",
  "uniswap v4",
  "safe",
  "tokens",
  "governor",
  "access",
  "proxies",
] as const;
export type ToolAccount = (typeof TOOL_ACCOUNTS)[number];

/** What each has at genesis. */
export const TOOL_ACCOUNT_ETHER = 1_000;

export function toolWallet(account: ToolAccount): Wallet {
  return new Wallet(id(`causeway tools: ${account}`));
}

/** Gets ether and tokens, and has no key. */
export const NOBODY = "0x00000000000000000000000000000000000c0ffe";
