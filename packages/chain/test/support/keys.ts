import type { Address } from "@causeway/protocol/hex";
import { Wallet } from "ethers";

/** The i-th of a row of throw-away keys. */
export function wallet(i: number): Wallet {
  return new Wallet(`0x${(0xca0000 + i).toString(16).padStart(64, "0")}`);
}

export function addressOf(wallet: Wallet): Address {
  return wallet.address.toLowerCase() as Address;
}
