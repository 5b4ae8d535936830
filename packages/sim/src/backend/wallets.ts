import type { Address } from "@causeway/protocol/hex";
import { Wallet } from "ethers";
import { modelHash } from "../model/modelTransaction.js";

const made = new Map<string, Wallet>();

/** The same account for a name in every run. */
export function walletOf(name: string): Wallet {
  const known = made.get(name);
  if (known !== undefined) return known;
  const wallet = new Wallet(modelHash("simulated key", name));
  made.set(name, wallet);
  return wallet;
}

export function addressOf({ address }: Wallet): Address {
  return address.toLowerCase() as Address;
}

/** What the nodes of a run sign with at first, by index and ascending. */
export function firstKeys(nodes: number): Wallet[] {
  const wallets = Array.from({ length: nodes }, (_, i) => walletOf(`validator ${i}`));
  return wallets.sort((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
}

/** The key that a node rotates to. */
export function secondKey(index: number): Wallet {
  return walletOf(`second key ${index}`);
}

/** Operator of whatever key the node has in the set. */
export function operatorOf(index: number): Wallet {
  return walletOf(`operator ${index}`);
}
