import type { Hex } from "@causeway/protocol/hex";

/** A number as JSON-RPC writes it: hex without leading zeros, zero is 0x0. */
export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
