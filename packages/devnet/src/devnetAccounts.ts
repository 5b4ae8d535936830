import { HDNodeWallet, Mnemonic } from "ethers";

/** anvil's and Hardhat's well-known test mnemonic: everybody has these keys, so they are worth nothing anywhere else. */
export const DEV_MNEMONIC = "test test test test test test test test test test test junk";
export const DEV_ACCOUNTS = 10;

/** Account i of the test mnemonic, path m/44'/60'/0'/0/i. Accounts 0 to 7 are for users, 8 funds the carriers, 9 deploys the bridge. */
export function devAccount(index: number): HDNodeWallet {
  return HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(DEV_MNEMONIC), `m/44'/60'/0'/0/${index}`);
}

export const FUNDER_INDEX = 8;

/** Its first four transactions on a fresh L1 create the bridge (B9). */
export const DEPLOYER_INDEX = 9;
