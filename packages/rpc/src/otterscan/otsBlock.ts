import type { FullBlock } from "@causeway/chain/types/block";
import type { RpcContext } from "../context.js";
import { formatOtsBlock } from "../format/otsBlock.js";
import type { Json } from "../json.js";

export async function otsBlockDetails({ reader }: RpcContext, block: FullBlock | null): Promise<Json> {
  if (block === null) return null;
  const receipts = (await reader.receipts(block.header.number)) ?? [];
  return formatOtsBlock(block, receipts, reader.traces.rewards(block));
}
