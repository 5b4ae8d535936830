import type { Address } from "@causeway/protocol/hex";
import { HDNodeWallet, Wallet as PlainWallet, type Wallet } from "ethers";

const ANVIL_MNEMONIC = "test test test test test test test test test test test junk";

/** The i-th account that anvil funds. */
export function anvilWallet(index: number): Wallet {
  const node = HDNodeWallet.fromPhrase(ANVIL_MNEMONIC, undefined, `m/44'/60'/0'/0/${index}`);
  return new PlainWallet(node.privateKey);
}

export function addressOf(wallet: Wallet): Address {
  return wallet.address.toLowerCase() as Address;
}

/** Ascending by address, as sets are. */
export function ascending(wallets: readonly Wallet[]): Wallet[] {
  return wallets.toSorted((a, b) => (addressOf(a) < addressOf(b) ? -1 : 1));
}
