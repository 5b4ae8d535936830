import type { Hash, Hex } from "@causeway/protocol/hex";

/** The one thing this library needs of a chain: a JSON-RPC call. ethers' JSON-RPC providers fit as they are. */
export interface RpcReader {
  send(method: string, params: readonly unknown[]): Promise<unknown>;
}

/** A block to read at; `{blockHash}` (EIP-1898) pins the very block across a reorg. */
export type BlockTag = "latest" | "finalized" | number | { readonly blockHash: Hash };

/** A block tag as JSON-RPC parameter. */
export function blockParameter(tag: BlockTag): string | { blockHash: Hash; requireCanonical: true } {
  if (typeof tag === "number") return quantity(tag);
  return typeof tag === "string" ? tag : { blockHash: tag.blockHash, requireCanonical: true };
}

/** A non-negative integer as JSON-RPC quantity. */
export function quantity(value: number | bigint): Hex {
  return `0x${value.toString(16)}`;
}
