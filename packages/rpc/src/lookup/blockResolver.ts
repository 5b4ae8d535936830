import type { FullBlock } from "@causeway/chain/types/block";
import type { Header } from "@causeway/chain/types/header";
import type { Hash } from "@causeway/protocol/hex";
import type { RpcContext } from "../context.js";
import type { BlockRef, BlockTag } from "../params/blockRef.js";
import { serverError } from "../rpcError.js";

/** Height a tag or number stands for. latest, safe and finalized are the head (F1), and so is the state of pending. May lie beyond the head. */
export function heightOf({ reader }: RpcContext, ref: BlockTag | number): number {
  if (typeof ref === "number") return ref;
  return ref === "earliest" ? 0 : reader.headNumber();
}

/** What is pending was never executed: nothing is to be shown of it but what pendingBlock.ts makes up. */
function idOf(context: RpcContext, ref: BlockRef): number | Hash {
  if (ref === "pending") throw serverError("pending block is not available");
  return typeof ref === "object" ? ref.hash : heightOf(context, ref);
}

/** @throws RpcError -32000 in geth's words for the pending one. */
export async function findHeader(context: RpcContext, ref: BlockRef): Promise<Header | null> {
  return context.reader.header(idOf(context, ref));
}

/** @throws RpcError as {@link findHeader}. */
export async function findBlock(context: RpcContext, ref: BlockRef): Promise<FullBlock | null> {
  return context.reader.block(idOf(context, ref));
}

/**
 * Height whose state a caller means.
 * @throws RpcError -32000 in geth's words when there is no such block.
 */
export async function stateHeight(context: RpcContext, ref: BlockRef): Promise<number> {
  if (typeof ref === "object") {
    const header = await context.reader.header(ref.hash);
    if (header === null) throw serverError("header for hash not found");
    return header.number;
  }
  const height = heightOf(context, ref);
  if (height > context.reader.headNumber()) throw serverError("header not found");
  return height;
}

/**
 * RLP of a block.
 * @throws RpcError -32000 in geth's words when there is none.
 */
export async function findRawBlock(context: RpcContext, ref: BlockRef): Promise<Uint8Array> {
  const raw = await context.reader.rawBlock(idOf(context, ref));
  if (raw === null) throw serverError(`block ${typeof ref === "object" ? ref.hash : `#${ref}`} not found`);
  return raw;
}
