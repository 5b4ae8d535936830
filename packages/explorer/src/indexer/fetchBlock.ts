import { toQuantity } from "ethers";
import type { z } from "zod";
import { type BlockJson, type CertificateAnswer, chainSchemas, type ReceiptJson } from "./chainTypes.js";
import { contradiction } from "./indexError.js";
import type { JsonRpc } from "./jsonRpc.js";

/** Everything the node says of one height, decoded but not yet believed. */
export interface FetchedBlock {
  readonly block: BlockJson;
  readonly receipts: readonly ReceiptJson[];
  /** null for genesis, and on nodes without certificates. */
  readonly certificate: CertificateAnswer | null;
}

/**
 * @param certified whether the node serves `causeway_getCertificate`.
 * @returns null when the node does not have the block.
 * @throws {IndexContradiction} when an answer has the wrong shape.
 * @throws {RpcError}
 */
export async function fetchBlock(
  rpc: JsonRpc,
  height: number,
  certified: boolean,
): Promise<FetchedBlock | null> {
  const tag = toQuantity(height);
  const [block, receipts, certificate] = await rpc.batch([
    { method: "eth_getBlockByNumber", params: [tag, true] },
    { method: "eth_getBlockReceipts", params: [tag] },
    ...(certified && height > 0 ? [{ method: "causeway_getCertificate", params: [tag] }] : []),
  ]);
  if (block === null) return null;
  return {
    block: decode(chainSchemas.block, block, "eth_getBlockByNumber", height),
    receipts: decode(chainSchemas.receipts, receipts ?? [], "eth_getBlockReceipts", height),
    certificate:
      certificate === undefined || certificate === null
        ? null
        : decode(chainSchemas.certificate, certificate, "causeway_getCertificate", height),
  };
}

/** @throws {IndexContradiction} naming method and field. */
export function decode<T>(schema: z.ZodType<T>, value: unknown, method: string, height: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw contradiction(method, height, `${issue?.path.join(".") || "result"} ${issue?.message}`);
}
