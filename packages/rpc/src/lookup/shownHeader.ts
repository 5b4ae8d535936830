import type { RpcContext } from "../context.js";
import { formatHeader } from "../format/header.js";
import { formatPendingHeader } from "../format/pendingBlock.js";
import type { Json } from "../json.js";
import type { BlockTag } from "../params/blockRef.js";
import { findHeader } from "./blockResolver.js";
import { pendingBlock } from "./pendingBlock.js";

/** The header of a height or tag as callers see it, the pending one included. */
export async function shownHeader(context: RpcContext, ref: BlockTag | number): Promise<Json> {
  if (ref === "pending") {
    const block = await pendingBlock(context);
    return block === null ? null : formatPendingHeader(block.header);
  }
  const header = await findHeader(context, ref);
  return header === null ? null : formatHeader(header);
}
