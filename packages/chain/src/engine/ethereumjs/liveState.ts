import type { Address, Hash, Hex } from "@causeway/protocol/hex";
import { createAddressFromString, KECCAK256_NULL_S } from "@ethereumjs/util";
import { fromHex, toHex } from "../../codec/hex.js";
import type { LiveAccount, LiveState } from "../../tracing/observer.js";
import type { ViewStateManager } from "./viewStateManager.js";

const NO_ACCOUNT: LiveAccount = { balance: 0n, nonce: 0n, codeHash: KECCAK256_NULL_S, exists: false };
const WORD_DIGITS = 64;

/** What a view of the state holds just now, for observers of what runs on it. */
export function liveState(state: ViewStateManager): LiveState {
  return {
    async account(address: Address): Promise<LiveAccount> {
      const account = await state.getAccount(createAddressFromString(address));
      if (account === undefined) return NO_ACCOUNT;
      const { balance, nonce, codeHash } = account;
      return { balance, nonce, codeHash: toHex(codeHash), exists: true };
    },
    async code(address: Address): Promise<Hex> {
      return toHex(await state.getCode(createAddressFromString(address)));
    },
    async storage(address: Address, slot: Hash): Promise<Hash> {
      const key = createAddressFromString(address);
      // A destroyed contract's slots may still be cached.
      if ((await state.getAccount(key)) === undefined) return `0x${"0".repeat(WORD_DIGITS)}`;
      const value = await state.getStorage(key, fromHex(slot));
      return `0x${toHex(value).slice(2).padStart(WORD_DIGITS, "0")}`;
    },
  };
}
