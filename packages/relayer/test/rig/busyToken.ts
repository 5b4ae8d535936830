import type { RpcReader } from "@causeway/bridge/rpc/rpcReader";
import { type Address, type Hex, ZERO_HASH } from "@causeway/protocol/hex";
import { concat, toBeHex } from "ethers";

/** Where the token stands. */
export const BUSY_TOKEN: Address = `0x${"b5".repeat(20)}`;

const TRANSFER_FROM = "0x23b872dd";
const BALANCE_OF = "0x70a08231";
/** Bytes of code before the call's data. */
const CODE_LENGTH = 83;

/**
 * Place a token that makes `call` to `callee` in the middle of its transferFrom and tells a balance of 1 afterwards:
 * deposited into the Vault, it runs the call while the Vault is busy. Its deposit reverts if the call does.
 */
export async function placeBusyToken(anvil: RpcReader, callee: Address, call: Hex): Promise<void> {
  const length = toBeHex((call.length - 2) / 2, 2);
  const code = concat([
    // selector: transferFrom goes to 0x19, balanceOf to 0x4a, anything else returns nothing
    "0x5f3560e01c",
    concat(["0x80", "0x63", TRANSFER_FROM, "0x14", "0x6019", "0x57"]),
    concat(["0x63", BALANCE_OF, "0x14", "0x604a", "0x57", "0x00"]),
    // balance = call succeeded; return true
    concat(["0x5b", "0x61", length, "0x61", toBeHex(CODE_LENGTH, 2), "0x5f", "0x39"]),
    concat(["0x5f", "0x5f", "0x61", length, "0x5f", "0x5f", "0x73", callee, "0x5a", "0xf1"]),
    "0x5f55",
    concat(["0x6001", "0x5f", "0x52", "0x6020", "0x5f", "0xf3"]),
    // return balance
    concat(["0x5b", "0x5f", "0x54", "0x5f", "0x52", "0x6020", "0x5f", "0xf3"]),
    call,
  ]);
  await anvil.send("anvil_setCode", [BUSY_TOKEN, code]);
  await anvil.send("anvil_setStorageAt", [BUSY_TOKEN, ZERO_HASH, ZERO_HASH]);
}
