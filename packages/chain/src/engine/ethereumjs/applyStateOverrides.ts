import { Account, createAddressFromString } from "@ethereumjs/util";
import type { StateOverrides } from "../../chainReader.js";
import { fromHex } from "../../codec/hex.js";
import type { ViewStateManager } from "./viewStateManager.js";

/** Put eth_call's state overrides into a view that will be thrown away. */
export async function applyStateOverrides(state: ViewStateManager, overrides: StateOverrides): Promise<void> {
  for (const [key, override] of overrides) {
    const address = createAddressFromString(key);
    const account = (await state.getAccount(address)) ?? new Account();
    account.balance = override.balance ?? account.balance;
    account.nonce = override.nonce ?? account.nonce;
    await state.putAccount(address, account);
    if (override.code !== undefined) await state.putCode(address, fromHex(override.code));
    if (override.state !== undefined) await state.clearStorage(address);
    for (const [slot, value] of [...(override.state ?? []), ...(override.stateDiff ?? [])]) {
      await state.putStorage(address, fromHex(slot), fromHex(value));
    }
  }
}
