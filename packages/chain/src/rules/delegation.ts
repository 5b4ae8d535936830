import type { Address, Hex } from "@causeway/protocol/hex";

/** EIP-7702: code of an account that delegates is this and an address. */
const DELEGATION_PREFIX = "0xef0100";
const DELEGATION_CHARS = 48;

/** Whose code an account runs; null where it does not delegate. */
export function delegateOf(code: Hex): Address | null {
  if (code.length !== DELEGATION_CHARS || !code.startsWith(DELEGATION_PREFIX)) return null;
  return `0x${code.slice(DELEGATION_PREFIX.length)}`;
}

/** The code by which an account delegates. */
export function delegationTo(address: Address): Hex {
  return `${DELEGATION_PREFIX}${address.slice(2)}`;
}
