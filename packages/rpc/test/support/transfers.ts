import { Wallet } from "ethers";
import { GWEI } from "./fakeChain.js";

export const WALLET = new Wallet(`0x${"11".repeat(32)}`);
export const SENDER = WALLET.address.toLowerCase();

/** A signed EIP-1559 transfer with a tip of one gwei. */
export function dynamicFeeTransfer(nonce: number): Promise<string> {
  return WALLET.signTransaction({
    type: 2,
    chainId: 73_311,
    nonce,
    to: `0x${"22".repeat(20)}`,
    value: 1n,
    gasLimit: 21_000,
    maxFeePerGas: 5n * GWEI,
    maxPriorityFeePerGas: GWEI,
  });
}

/** A signed EIP-155 transfer. */
export function legacyTransfer(nonce: number): Promise<string> {
  return WALLET.signTransaction({
    type: 0,
    chainId: 73_311,
    nonce,
    to: `0x${"22".repeat(20)}`,
    value: 1n,
    gasLimit: 21_000,
    gasPrice: 3n * GWEI,
  });
}
