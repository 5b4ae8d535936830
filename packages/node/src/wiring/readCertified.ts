import type { ChainReader } from "@causeway/chain/chainReader";
import type { CertifiedBlock } from "@causeway/network/networkPort";
import { decodeBlock } from "@causeway/protocol/block";

export type CertifiedReader = Pick<ChainReader, "rawBlock" | "certificate">;

/** Blocks of one answer to a sync request stop growing here, save for a single larger block. */
const ANSWER_BYTES_MAX = 8 * 1024 * 1024;
/** Blocks of one answer. */
const ANSWER_BLOCKS_MAX = 128;

/** A finalized block with its certificate; null for genesis and unknown heights. */
export async function readCertified(reader: CertifiedReader, height: number): Promise<CertifiedBlock | null> {
  const [bytes, certificate] = await Promise.all([reader.rawBlock(height), reader.certificate(height)]);
  return bytes === null || certificate === null ? null : { block: decodeBlock(bytes), certificate };
}

/** Finalized blocks from a height on, for a peer that catches up (N3). */
export async function readCertifiedRange(
  reader: CertifiedReader,
  from: number,
  count: number,
): Promise<CertifiedBlock[]> {
  const blocks: CertifiedBlock[] = [];
  let bytes = 0;
  for (let height = Math.max(1, from); blocks.length < Math.min(count, ANSWER_BLOCKS_MAX); height++) {
    const next = await readCertified(reader, height);
    if (next === null) break;
    bytes += next.block.bytes.length;
    if (blocks.length > 0 && bytes > ANSWER_BYTES_MAX) break;
    blocks.push(next);
  }
  return blocks;
}
